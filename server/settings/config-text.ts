/** Parses the text of the configuration file: JSON with comments and trailing commas. */

import type { ParseError } from "jsonc-parser";

export type ConfigText =
  | { readonly kind: "content"; readonly content: unknown }
  /** Where the text stops being JSON. Both count from 1, columns in characters. */
  | { readonly kind: "fault"; readonly line: number; readonly column: number };

/** Never rejects. The parser's own message is left out: it may quote the text, which may contain a secret. */
export async function parseConfigText(text: string): Promise<ConfigText> {
  try {
    return { kind: "content", content: JSON.parse(text) };
  } catch {
    return parseWithComments(text);
  }
}

/** Loaded only for a text that is not plain JSON, because the answer to `initialize` waits for the file. */
async function parseWithComments(text: string): Promise<ConfigText> {
  const { parse } = await import("jsonc-parser");
  const errors: ParseError[] = [];
  try {
    const content: unknown = parse(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    return first === undefined
      ? { kind: "content", content }
      : { kind: "fault", ...placeAt(text, first.offset) };
  } catch {
    // The text is nested more deeply than the parser's stack allows.
    return { kind: "fault", line: 1, column: 1 };
  }
}

function placeAt(text: string, index: number): { line: number; column: number } {
  const lines = text.slice(0, index).split("\n");
  return { line: lines.length, column: Array.from(lines.at(-1) ?? "").length + 1 };
}
