/** The arguments of the server itself. Editors add some of them, so both `--x=V` and `--x V` are accepted. */
import { logLevels, type LogLevel } from "../base/log.ts";
import { didYouMean } from "./help/closest.ts";
import { seeHelp } from "./command.ts";

export type Transport =
  | { readonly kind: "stdio" }
  /** The server connects to the client, which listens. */
  | { readonly kind: "socket"; readonly port: number }
  | { readonly kind: "pipe"; readonly name: string }
  | { readonly kind: "ipc" };

export interface ServerOptions {
  readonly transport: Transport;
  readonly logLevel?: LogLevel;
  readonly logFile?: string;
  readonly configFile?: string;
  readonly clientProcessId?: number;
}

export type ServerArguments =
  | { readonly kind: "serve"; readonly options: ServerOptions }
  | { readonly kind: "version" }
  | { readonly kind: "help" }
  | { readonly kind: "invalid"; readonly message: string };

/** `isTerminal`: a person started the server by hand, so the usage is shown unless a transport is named. */
export function parseServerArguments(
  argv: readonly string[],
  isTerminal: boolean,
): ServerArguments {
  let options: ServerOptions = { transport: { kind: "stdio" } };
  if (argv.length === 0 && isTerminal) return { kind: "help" };
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const equals = argument.indexOf("=");
    const name = equals < 0 ? argument : argument.slice(0, equals);
    if (name === "--version" || name === "-v") return { kind: "version" };
    if (name === "--help" || name === "-h") return { kind: "help" };
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag !== undefined && equals < 0) {
      options = { ...options, ...flag };
      continue;
    }
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined)
      return invalid(`unknown argument ${argument}${didYouMean(name, known)}`);
    const value = equals < 0 ? rest.shift() : argument.slice(equals + 1);
    const added = value === undefined || value === "" ? undefined : read(value);
    if (added === undefined) {
      return invalid(
        `${name} needs ${needs[name] ?? "a value"}, not ${JSON.stringify(value ?? "")}`,
      );
    }
    options = { ...options, ...added };
  }
  return { kind: "serve", options };
}

const flags: Readonly<Record<string, Partial<ServerOptions>>> = {
  "--stdio": { transport: { kind: "stdio" } },
  "--node-ipc": { transport: { kind: "ipc" } },
};

/** Each returns `undefined` for a value that it cannot parse. */
const readers: Readonly<Record<string, (value: string) => Partial<ServerOptions> | undefined>> = {
  "--socket": (value) => {
    const port = wholeNumber(value);
    return port === undefined || port > 65_535
      ? undefined
      : { transport: { kind: "socket", port } };
  },
  "--pipe": (name) => ({ transport: { kind: "pipe", name } }),
  "--log-level": (value) => {
    const logLevel = logLevels.find((level) => level === value);
    return logLevel === undefined ? undefined : { logLevel };
  },
  "--log-file": (logFile) => ({ logFile }),
  "--config": (configFile) => ({ configFile }),
  "--clientProcessId": (value) => {
    const clientProcessId = wholeNumber(value);
    return clientProcessId === undefined ? undefined : { clientProcessId };
  },
};

const needs: Readonly<Record<string, string>> = {
  "--socket": "a port",
  "--pipe": "a name",
  "--log-level": `one of ${logLevels.join(", ")}`,
  "--log-file": "a file",
  "--config": "a file",
  "--clientProcessId": "a process id",
};

const known = [...Object.keys(flags), ...Object.keys(readers), "--version", "--help"];

function wholeNumber(value: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(value) ? Number(value) : undefined;
}

function invalid(message: string): ServerArguments {
  return { kind: "invalid", message: `${message}; ${seeHelp}` };
}
