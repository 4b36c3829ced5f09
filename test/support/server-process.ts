/** The server under test, in this process or built and spawned. Both consist of two streams and an end. */
import { spawn, type ChildProcess } from "node:child_process";
import { PassThrough, type Readable, type Writable } from "node:stream";

import { systemClock, type Clock } from "../../server/base/clock.ts";
import { createServer } from "../../server/lsp/server.ts";
import type { LocalServer } from "../../server/providers/detect.ts";
import { stdioConnection } from "../../server/lsp/connection/transport.ts";
import { builtServer } from "./built-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// What a server loads when it needs it: one that a test ends early must not be in the midst of that.
await Promise.all([
  import("../../server/session/provider/provider-choice.ts"),
  import("../../server/workspace-model/workspace-model.ts"),
]);

export interface ServerProcess {
  /** What the server reads. */
  readonly input: Writable;
  /** What the server writes. */
  readonly output: Readable;
  /** -1 after a signal. */
  readonly exited: Promise<number>;
  readonly exitCode: number | undefined;
  /** 0 in band. */
  readonly processId: number;
  errorOutput(): string;
  kill(signal?: NodeJS.Signals): void;
}

let emptyHome: string | undefined;

/** A home without configuration, one for all tests of a process. */
export function homeWithoutSettings(): string {
  emptyHome ??= temporaryFolder("fim-home-");
  return emptyHome;
}

export function spawnBuilt(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  program: string = builtServer,
): ServerProcess {
  const child = spawn(process.execPath, [program, ...argv], {
    env: environmentOf(environment),
    stdio: ["pipe", "pipe", "pipe"],
  });
  return toServerProcess(child);
}

/** Nothing of this process's environment but PATH, and an empty home, below what is given. */
export function environmentOf(
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const home = homeWithoutSettings();
  return { PATH: process.env["PATH"] ?? "", HOME: home, USERPROFILE: home, ...environment };
}

/** `child` has pipes for its three streams. */
export function toServerProcess(child: ChildProcess): ServerProcess {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("a stream is no pipe");
  let exitCode: number | undefined;
  let errors = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  // A test that fails before its end leaves no server behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  // A server that ended does not read what a test still writes.
  stdin.on("error", () => {});
  const exited = new Promise<number>((resolve) => {
    child.on("close", (code) => {
      exitCode = code ?? -1;
      resolve(exitCode);
    });
  });
  return {
    input: stdin,
    output: stdout,
    exited,
    get exitCode() {
      return exitCode;
    },
    processId: child.pid ?? 0,
    errorOutput: () => errors,
    kill: (signal) => child.kill(signal),
  };
}

export function runInBand(
  environment: Readonly<Record<string, string>>,
  clock: Clock = systemClock,
  localServers?: readonly LocalServer[],
): ServerProcess {
  const input = new PassThrough();
  const output = new PassThrough();
  let exitCode: number | undefined;
  let markExited: (code: number) => void;
  const exited = new Promise<number>((resolve) => {
    markExited = resolve;
  });
  createServer(stdioConnection(input, output), {
    version: "0.0.0-test",
    clock,
    environment,
    homeDirectory: homeWithoutSettings(),
    workingDirectory: homeWithoutSettings(),
    platform: process.platform,
    exit(code) {
      exitCode ??= code;
      markExited(exitCode);
      input.destroy();
      output.end();
    },
    watchProcess: () => {},
    localServers,
  });
  return {
    input,
    output,
    exited,
    get exitCode() {
      return exitCode;
    },
    processId: 0,
    errorOutput: () => "",
    kill: () => input.destroy(),
  };
}
