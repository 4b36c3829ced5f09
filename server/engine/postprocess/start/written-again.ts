/**
 * A model that writes again what stands left of the cursor: the begun line, or the lines above with it. What
 * comes after that is its answer.
 */
import { weightOf } from "../lines.ts";
import type { AnswerFacts } from "../facts.ts";

/** Less of a begun line may well come twice: `a = a + 1`. */
const minBegunWeight = 5;
/** Letters and digits of lines above that are no chance. */
const minLinesWeight = 6;

/** `text` without its beginning that the document has already; decided by that beginning. */
export function withoutWrittenAgain(text: string, facts: AnswerFacts): string {
  const { linePrefix } = facts.site;
  return linePrefix.trim() === ""
    ? withoutLinesAbove(text, facts)
    : withoutBegunLine(text, linePrefix);
}

function withoutBegunLine(text: string, linePrefix: string): string {
  const begun = linePrefix.trimStart();
  const bare = text.trimStart();
  // Two words at least: one alone is met by chance.
  if (weightOf(begun) < minBegunWeight || !/\w\W+\w|\w\W+$/.test(begun.trimEnd())) return text;
  const again = begun.trimEnd();
  if (!bare.startsWith(again)) return text;
  const rest = bare.slice(again.length);
  const isWordCut = /\w$/.test(again) && /^\w/.test(rest);
  if (isWordCut) return text;
  return /\s$/.test(begun) ? rest.trimStart() : rest;
}

/** Without the lines that stand right above the cursor, where the answer begins with two of them or more. */
function withoutLinesAbove(text: string, facts: AnswerFacts): string {
  if (facts.prompt.mode !== "multiLine") return text;
  const lines = text.split("\n");
  const above = linesAbove(facts);
  for (let count = Math.min(above.length, lines.length - 1, maxLines); count >= 2; count--) {
    const same = above.slice(-count);
    const isSame = same.every((line, index) => isSameLine(line, lines[index] ?? "", index));
    if (isSame && weightOf(same.join("")) >= minLinesWeight) return lines.slice(count).join("\n");
  }
  return text;
}

/** True while all that has come may still turn out to be the lines above once more: nothing is decided then. */
export function mayBeWrittenAgain(text: string, facts: AnswerFacts): boolean {
  if (facts.prompt.mode !== "multiLine" || facts.site.linePrefix.trim() !== "") return false;
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  if (lines.length === 0) return false;
  const above = linesAbove(facts);
  for (let count = lines.length + 1; count <= Math.min(above.length, maxLines); count++) {
    const same = above.slice(-count);
    const isSame = lines.every((line, index) => isSameLine(same[index] ?? "", line, index));
    if (isSame && (same[lines.length] ?? "").startsWith(last)) return true;
  }
  return false;
}

const maxLines = 12;

function linesAbove({ around }: AnswerFacts): readonly string[] {
  const above = around.before.split("\n").slice(0, -1);
  while (above.at(-1)?.trim() === "") above.pop();
  return above;
}

/** The first line may have lost its indentation, which stands left of the cursor. */
function isSameLine(line: string, own: string, index: number): boolean {
  return index === 0 ? own.trim() === line.trim() : own.trimEnd() === line.trimEnd();
}
