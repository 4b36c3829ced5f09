/** The options of the developer scripts. An error in them is one line and ends the script. */
import { statSync } from "node:fs";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** `parseArgs` of Node.js; does not return when an option is unknown or lacks its value. */
export function scriptOptions<const Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    return endWith(`${error.message}; there are: ${known.join(", ")}`);
  }
}

/** The value of an option that takes a number; does not return when it is none. */
export function toNumber(option: string, value: string): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0
    ? number
    : endWith(`${option} takes a number, not ${JSON.stringify(value)}`);
}

/** Does not return when what an option names is not there. */
export function expectThere(kind: "file" | "folder", option: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const isThere = kind === "file" ? found?.isFile() : found?.isDirectory();
  if (isThere !== true) endWith(`${option}: there is no ${kind} ${JSON.stringify(path)}`);
}

function isUsageError(error: unknown): error is Error & { readonly code: string } {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("ERR_PARSE_ARGS_");
}

/** Tells what is wrong with what the script was given. */
export function endWith(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
