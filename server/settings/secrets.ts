/**
 * Gets the provider's key from a command, a variable or a file that only the user can read. Invariant 7: the key
 * leaves this file only as a return value. No message quotes the key, or a command's arguments or output.
 */
import { open } from "node:fs/promises";

import type { Clock } from "../base/clock.ts";
import { promptFlags } from "../files/small-file.ts";
import type { Environment } from "./environment.ts";
import { firstLineOf, type KeyFailure } from "./key-command.ts";
import type { Settings } from "./schema.ts";

export type KeySource =
  | { readonly kind: "command" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

export type KeyResult =
  | { readonly kind: "found"; readonly key: string; readonly source: KeySource }
  /** No source is configured and none of the usual variables is set. */
  | { readonly kind: "none" }
  | KeyFailure;

/** The key of one configuration. Create a new one when the settings change. */
export interface KeyReader {
  /** Runs or reads the source once; later calls get the same answer. */
  read(): Promise<KeyResult>;
  /**
   * For use after the key was refused. Runs the command or reads the file again, because keys expire and are
   * replaced. Resolves to the new key; to `undefined` if there is none or it is still the refused key.
   */
  renew(): Promise<string | undefined>;
}

export interface KeyReaderOptions {
  readonly settings: Pick<
    Settings,
    "provider.apiKeyCommand" | "provider.apiKeyEnv" | "provider.apiKeyFile"
  >;
  readonly environment: Environment;
  /** The variables to check when no source is configured, best first. */
  readonly usualVariables: readonly string[];
  readonly clock: Clock;
}

/**
 * Order: command, named variable, file, usual variables. The first one found wins. A configured source that fails
 * ends the search.
 */
export function createKeyReader(options: KeyReaderOptions): KeyReader {
  let reading: Promise<KeyResult> | undefined;
  return {
    read() {
      reading ??= findKey(options);
      return reading;
    },
    async renew() {
      const refused = await reading;
      if (refused?.kind !== "found" || refused.source.kind === "variable") return undefined;
      const renewed = await findKey(options);
      if (renewed.kind !== "found" || renewed.key === refused.key) return undefined;
      reading = Promise.resolve(renewed);
      return renewed.key;
    },
  };
}

/** For people: `the variable CODESTRAL_API_KEY`. */
export function describeKeySource(source: KeySource): string {
  switch (source.kind) {
    case "command":
      return "the command of provider.apiKeyCommand";
    case "variable":
      return `the variable ${source.name}`;
    case "file":
      return `the file ${source.path}`;
  }
}

async function findKey(options: KeyReaderOptions): Promise<KeyResult> {
  const { settings, environment, usualVariables, clock } = options;
  const command = settings["provider.apiKeyCommand"];
  const variable = settings["provider.apiKeyEnv"];
  const file = settings["provider.apiKeyFile"];
  if (command.length > 0) {
    const withheld = [...usualVariables, ...(variable === undefined ? [] : [variable])];
    const output = await firstLineOf(command, { environment, withheld, clock });
    return output.kind === "line" ? checked(output.line, { kind: "command" }) : output;
  }
  if (variable !== undefined) {
    const key = environment[variable];
    if (key !== undefined && key.trim() !== "") {
      return checked(key, { kind: "variable", name: variable });
    }
    return failed(
      // An editor started from the desktop often does not see variables of the shell.
      "The variable of provider.apiKeyEnv is not set where the editor runs: try provider.apiKeyCommand or provider.apiKeyFile.",
      "Check provider.apiKeyEnv: the variable is not set where the editor runs.",
    );
  }
  if (file !== undefined) return readKeyFile(file);
  for (const name of usualVariables) {
    const key = environment[name];
    if (key !== undefined && key.trim() !== "") return checked(key, { kind: "variable", name });
  }
  return { kind: "none" };
}

async function readKeyFile(path: string): Promise<KeyResult> {
  try {
    // One handle for check and read, so that the file that is read is the file that was checked.
    const handle = await open(path, promptFlags);
    try {
      const facts = await handle.stat();
      if (!facts.isFile() || facts.size > 65_536) {
        return failed(
          `The key file ${path} is not a file of at most 64 KiB.`,
          "Check provider.apiKeyFile: it is not a file of at most 64 KiB.",
        );
      }
      // Windows has no such bits: the rights of the folder control access there.
      if (process.platform !== "win32" && (facts.mode & 0o077) !== 0) {
        return failed(
          `Others can read the key file: run chmod 600 ${path}`,
          "Run chmod 600 on the key file: others can read it. The log names it.",
        );
      }
      const text = (await handle.readFile("utf8")).replaceAll("\u{FEFF}", "");
      const lines = text.split("\n").filter((line) => !/^\s*(?:#|$)/.test(line));
      // The server cannot know which key is meant. The wrong one would go to a host that must not see it.
      if (lines.filter((line) => keyVariable.test(line.trim())).length > 1) {
        return failed(
          `The key file ${path} holds several keys: keep one of them.`,
          "Keep one key in the key file: it holds several.",
        );
      }
      return checked(lines[0] ?? "", { kind: "file", path });
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return failed(
      `The key file ${path} cannot be read (${code}).`,
      `Check provider.apiKeyFile: it cannot be read (${code}).`,
    );
  }
}

function unquoted(text: string): string {
  return /^(["'`])(.*)\1$/.exec(text)?.[2]?.trim() ?? text;
}

/** The text before a key in an `.env` file. The key itself may end with `=`. */
const keyVariable =
  /^(?:export\s+)?(?:[A-Z][A-Z0-9]*_)*(?:API)?(?:KEY|TOKEN|SECRET)\s*=\s*(?=[^\s=])/;

/** Text often copied along with a key: quotes, a variable's name, `Bearer`, a byte-order mark. */
function bareKey(raw: string): string {
  const line = unquoted(raw.replaceAll("\u{FEFF}", "").trim());
  const text = unquoted(line.replace(keyVariable, ""));
  return unquoted(text.replace(/^(?:authorization:\s*)?bearer\s+/i, "").trim());
}

function checked(raw: string, source: KeySource): KeyResult {
  const key = bareKey(raw);
  const where = describeKeySource(source);
  if (key === "") {
    return failed(
      `The key is empty: nothing was found in ${where}.`,
      "Check where the key comes from: it is empty.",
    );
  }
  // No other characters are allowed in an HTTP header.
  if (!/^[\x21-\x7e]{1,8192}$/.test(key)) {
    return failed(
      `The key from ${where} contains blanks or characters that a key cannot have.`,
      "Check the key: it contains blanks or characters that a key cannot have.",
    );
  }
  return { kind: "found", key, source };
}

function failed(message: string, brief: string): KeyFailure {
  return { kind: "failed", message, brief };
}
