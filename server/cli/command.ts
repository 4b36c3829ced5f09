/** What every command gets in place of the process: output, environment, exit status. */
import { parseArgs, type ParseArgsConfig } from "node:util";

import { didYouMean } from "./help/closest.ts";
import type { Environment } from "../settings/environment.ts";

export interface CommandIo {
  /** The result: stdout. */
  write(text: string): void;
  /** Reasons and errors: stderr. */
  writeError(text: string): void;
  readonly hasColors: boolean;
  readonly environment: Environment;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
}

/** Resolves to the exit status: 0 success, 1 nothing to show or failure, 2 wrong arguments. */
export type Command = (argv: readonly string[], io: CommandIo) => Promise<number>;

/** Wrong arguments: the message is one line on stderr, the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The end of a message about wrong arguments. */
export const seeHelp = "see fim-language-server --help";

/** Node's `parseArgs` in strict mode. Its error becomes a `UsageError`. */
export function parseArguments<const O extends NonNullable<ParseArgsConfig["options"]>>(
  argv: readonly string[],
  options: O,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // After its first sentence, Node.js explains how to pass text that begins with a dash.
    const [message = ""] = error instanceof Error ? error.message.split(". ") : ["wrong arguments"];
    const [, unknown] = /^Unknown option '([^']+)'/.exec(message) ?? [];
    const known = Object.keys(options).map((name) => `--${name}`);
    const hint = unknown === undefined ? "" : didYouMean(unknown, known);
    throw new UsageError(`${message}${hint}; ${seeHelp}`, { cause: error });
  }
}
