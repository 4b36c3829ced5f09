/**
 * The start of an answer: Codestral writes one blank too many after blanks, and one line end too many after
 * an empty line; every model sometimes writes again the indentation that stands before the cursor.
 */
import type { AnswerFacts } from "./step.ts";

/** Depends on the text up to its first visible character only. */
export function fixLeadingSpace(text: string, { site }: AnswerFacts): string {
  const { linePrefix } = site;
  if (linePrefix.trim() === "") {
    const lines = /^(?:[ \t]*\n)+/.exec(text)?.[0].length ?? 0;
    const body = text.slice(lines);
    if (linePrefix !== "" && body.startsWith(linePrefix)) return body.slice(linePrefix.length);
    return linePrefix !== "" && /^ \S/.test(body) ? body.slice(1) : body;
  }
  return /[ \t]$/.test(linePrefix) && /^ \S/.test(text) ? text.slice(1) : text;
}
