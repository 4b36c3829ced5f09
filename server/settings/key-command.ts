/** Runs the user's key command: no shell, no input, a deadline, and nothing of its output in a message. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import type { Clock } from "../base/clock.ts";
import type { Environment } from "./environment.ts";

/** Long, because password managers ask for an unlock. */
export const keyCommandTimeoutMs = 30_000;

const maxOutputBytes = 65_536;

export interface KeyCommandOptions {
  readonly environment: Environment;
  /** Variables that the child does not get: keys of other sources. */
  readonly withheld: readonly string[];
  readonly clock: Clock;
}

export type KeyCommandOutput =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "failed"; readonly message: string };

/**
 * The first line that the program prints, once it has ended well. `pass show` and its like print notes on
 * further lines: they are ignored.
 */
export function firstLineOf(
  [program = "", ...argv]: readonly string[],
  { environment, withheld, clock }: KeyCommandOptions,
): Promise<KeyCommandOutput> {
  const named = `The key command ${JSON.stringify(program)}`;
  const env = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !withheld.includes(name)),
  );
  return new Promise((settle) => {
    const child = spawn(program, argv, {
      env,
      shell: false,
      windowsHide: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    // A program that hangs must not outlive the server.
    const kill = (): void => endTree(child.pid);
    process.once("exit", kill);
    let output = "";
    const end = (result: KeyCommandOutput): void => {
      process.off("exit", kill);
      timer.cancel();
      settle(result);
    };
    const fail = (reason: string, remedy = "Run it in a terminal to see why."): void => {
      end({ kind: "failed", message: `${named} ${reason} ${remedy}` });
    };
    const timer = clock.setTimer(() => {
      kill();
      // A grandchild may keep the pipe open: let go of it.
      child.stdout.destroy();
      fail(`did not end within ${keyCommandTimeoutMs / 1000} seconds.`);
    }, keyCommandTimeoutMs);
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (part: string) => {
      if (output.length < maxOutputBytes) output += part;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") {
        fail("was not found.", "provider.apiKeyCommand is a list, run without a shell.");
      } else fail(`could not be started (${error.code ?? "unknown error"}).`);
    });
    child.on("close", (status, signal) => {
      if (status === 0) end({ kind: "line", line: output.split(/\r?\n/, 1)[0] ?? "" });
      else
        fail(
          status === null
            ? `was ended by ${signal ?? "a signal"}.`
            : `ended with status ${status}.`,
        );
    });
  });
}

/** With the programs that a script has started, where the system tells of them: on Linux. */
function endTree(processId: number | undefined): void {
  if (processId === undefined) return;
  const started = startedBy(processId);
  try {
    process.kill(processId, "SIGKILL");
  } catch {
    // It has ended.
  }
  for (const each of started) endTree(each);
}

function startedBy(processId: number): number[] {
  try {
    const file = `/proc/${processId}/task/${processId}/children`;
    return readFileSync(file, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
