/**
 * The program: arguments, transport, wiring, exit codes. Imports nothing heavy, so that the version of Node.js
 * is looked at first and each use loads only what it needs.
 */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { format } from "node:util";
import { setFlagsFromString } from "node:v8";

import { setBugReporter } from "./base/bug.ts";
import { systemClock } from "./base/clock.ts";
import { describeError } from "./base/describe-error.ts";
import { printable } from "./base/printable.ts";
import { version } from "./base/version.ts";
import { wantsColors } from "./cli/colors.ts";
import type { CommandIo } from "./cli/command.ts";
import { homeFolder } from "./files/home-folder.ts";
import { nodeProblem } from "./cli/node-version.ts";
import {
  parseServerArguments,
  type ServerOptions,
  type Transport,
} from "./cli/server-arguments.ts";

async function main(argv: readonly string[]): Promise<void> {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) {
    report(`${problem} (${process.execPath})`);
    process.exitCode = 1;
    return;
  }
  const [first] = argv;
  if (first !== undefined && !first.startsWith("-")) return runCommand(argv);
  const parsed = parseServerArguments(argv, process.stdin.isTTY);
  switch (parsed.kind) {
    case "version":
      process.stdout.write(`${version}\n`);
      return;
    case "help": {
      const { helpText } = await import("./cli/help/help.ts");
      process.stdout.write(helpText());
      return;
    }
    case "invalid":
      report(parsed.message);
      process.exitCode = 2;
      return;
    case "serve":
      return serve(parsed.options);
  }
}

async function runCommand(argv: readonly string[]): Promise<void> {
  // The reader may have enough of it (`| head`); a full disk has to be told.
  process.stdout.on("error", ({ code = "unknown error" }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE") report(`cannot write the output (${code})`);
    process.exit(1);
  });
  const io: CommandIo = {
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    hasColors: wantsColors(process.stdout, process.env),
    environment: process.env,
    workingDirectory: process.cwd(),
    homeDirectory: homeFolder(),
    platform: process.platform,
  };
  if (argv[0] === "serve" && !argv.includes("--help") && !argv.includes("-h")) {
    return serveEndpoint(argv.slice(1), io);
  }
  const { runCommand: run } = await import("./cli/index.ts");
  // What a command waits for may be a timer, which keeps no process alive: the pause before a second try. A port does.
  const { port1: alive } = new MessageChannel();
  alive.ref();
  process.exitCode = await run(argv, io);
  alive.close();
}

/** Runs until a signal ends it. */
async function serveEndpoint(argv: readonly string[], io: CommandIo): Promise<void> {
  const { endpointOptions } = await import("./cli/serve-arguments.ts");
  const options = await endpointOptions(argv, io);
  if (options === undefined) {
    process.exitCode = 2;
    return;
  }
  const { serve: serveOverHttp } = await import("./http/serve.ts");
  try {
    const endpoint = await serveOverHttp(options);
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
      process.once(signal, () => void endpoint.close().finally(() => process.exit(0)));
    process.on("uncaughtException", reportInternalError);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    report(
      code === "EADDRINUSE"
        ? `port ${options.port} is taken: name another with --port`
        : `cannot serve (${code ?? describeError(error)})`,
    );
    process.exitCode = 1;
  }
}

async function serve(options: ServerOptions): Promise<void> {
  keepStdoutClean();
  compileLater();
  setBugReporter((message) => report(`bug: ${message}`));

  const { createServer } = await import("./lsp/server.ts");
  const { watchProcess } = await import("./lsp/connection/process-watch.ts");
  const connection = await open(options.transport);
  if (connection === undefined) return;
  const { logFile, logLevel, configFile, clientProcessId } = options;
  const watch = (processId: number): void => watchProcess(processId, systemClock, () => exit(1));
  if (clientProcessId !== undefined) watch(clientProcessId);

  createServer(connection, {
    version,
    clock: systemClock,
    environment: process.env,
    homeDirectory: homeFolder(),
    workingDirectory: process.cwd(),
    platform: process.platform,
    configFile,
    commandLine: logLevel === undefined ? undefined : { "log.level": logLevel },
    exit,
    watchProcess: clientProcessId === undefined ? watch : () => {},
    beforeExit: (callback) => void process.once("exit", callback),
    appendToLogFile: logFile === undefined ? undefined : appenderTo(logFile),
  });
  // So that what runs on `exit` runs: a key command that hangs is ended with the server.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.once(signal, () => exit(1));
  // From here on one failed request must not take the user's others with it.
  process.on("uncaughtException", reportInternalError);
}

async function open(transport: Transport) {
  const { ipcConnection, socketConnection, stdioConnection } =
    await import("./lsp/connection/transport.ts");
  switch (transport.kind) {
    case "stdio":
      return stdioConnection(process.stdin, process.stdout);
    case "ipc": {
      const connection = ipcConnection();
      if (connection === undefined) {
        report("--node-ipc needs a Node.js parent that opened a channel");
        process.exitCode = 2;
      }
      return connection;
    }
    case "socket":
    case "pipe": {
      const target =
        transport.kind === "socket" ? { port: transport.port } : { path: transport.name };
      try {
        return await socketConnection(target);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
        const where = transport.kind === "socket" ? `port ${transport.port}` : transport.name;
        report(`cannot connect to ${where} (${code})`);
        process.exitCode = 1;
        return undefined;
      }
    }
  }
}

/**
 * A server that works for a millisecond at a time is never hot, but Node.js 20 compiles what has run for 132 KB of
 * bytecode, on threads that take turns with the answer: on two cores some milliseconds in every twelfth answer.
 * Newer versions wait longer by themselves, and do not know the flag.
 */
function compileLater(): void {
  if (process.versions.node.startsWith("20.")) setFlagsFromString("--interrupt-budget=1000000");
}

/** A dependency's stray `console.log` would corrupt the protocol. */
function keepStdoutClean(): void {
  const { debug, dir, dirxml, group, groupCollapsed, info, log, table } = console;
  for (const method of [debug, dir, dirxml, group, groupCollapsed, info, log, table]) {
    Reflect.set(console, method.name, writeToStderr);
  }
  // Nobody reads stderr any more: not our concern.
  process.stderr.on("error", () => {});
}

function writeToStderr(...parts: unknown[]): void {
  report(format(...parts));
}

function reportInternalError(error: unknown): void {
  report(`internal error: ${describeError(error)}`);
}

/** A pipe without a reader, or one that is full, must not hold the server up. Windows has no such flag. */
const appendFlags =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_WRONLY |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A full disk or a missing folder takes the log, not the server; it is told once. */
function appenderTo(file: string): (line: string) => void {
  let isTold = false;
  return (line) => {
    const stamp = new Date(systemClock.wallTime()).toISOString();
    try {
      const opened = openSync(file, appendFlags, 0o600);
      try {
        writeSync(opened, `${stamp} ${line}\n`);
      } finally {
        closeSync(opened);
      }
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      if (!isTold) report(`cannot write ${file}, the file of --log-file (${code})`);
      isTold = true;
    }
  };
}

function exit(code: 0 | 1): void {
  process.exit(code);
}

function report(text: string): void {
  process.stderr.write(`fim-language-server: ${printable(text)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  reportInternalError(error);
  process.exit(1);
});
