/** An import that nothing uses any more since the last edit: its line, or its name in a list. */
import type { LineText } from "../line-text.ts";
import { tokensOf, type LineTokens } from "../rewrite/line-tokens.ts";
import { isName } from "../rewrite/words.ts";
import { writeLine } from "../rewrite/write-line.ts";
import type { SettledEdit } from "../texts.ts";
import { Features, scaled } from "../ranking/features.ts";
import type { FoundPlace } from "./place.ts";

const importLine =
  /^(?:import|from|use|using|#include|require|require_relative|(?:pub )?use)\b|^(?:const|local|let|var) .*\brequire\b/;
const mostNames = 6;
const nearLines = 10;

export function findUnusedImports(
  { uri, line, oldLines, newLines }: SettledEdit,
  text: LineText,
): readonly FoundPlace[] {
  if (oldLines.some((each) => importLine.test(each))) return [];
  const left = new Set(namesIn(newLines));
  const gone = [...new Set(namesIn(oldLines))].filter((name) => !left.has(name));
  return gone.slice(0, mostNames).flatMap((name) => {
    const at = onlyUse(text, name);
    if (at === undefined || !importLine.test(text.line(at))) return [];
    const lines = withoutName(text.tokens(at), name);
    if (lines === undefined) return [];
    const distance = Math.abs(at - line);
    const features = new Features().set({
      bias: 1,
      distance: scaled(distance),
      places: scaled(1),
      doneShare: 0.5,
      isImportDeleted: 1,
      isNear: distance <= nearLines,
    });
    return { uri, line: at, count: 1, lines, kind: "importDeleted", rule: undefined, features };
  });
}

function namesIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => tokensOf(line).words.filter(isName));
}

/** The line of the name's one occurrence; `undefined` when it has none, or more. */
function onlyUse(text: LineText, name: string): number | undefined {
  const [line, ...others] = text.linesWith(name, 2);
  if (line === undefined || others.length > 0) return undefined;
  return text.tokens(line).words.filter((word) => word === name).length === 1 ? line : undefined;
}

/** What is left of an import without the name: no line, or a shorter list; `undefined` where that is not plain. */
function withoutName(line: LineTokens, name: string): readonly string[] | undefined {
  const { words } = line;
  const at = words.indexOf(name);
  const open = words.indexOf("{");
  const close = words.indexOf("}");
  const isInList = open >= 0 && at > open && at < close;
  if (isInList && words.slice(open, close).includes(",")) {
    const isAfterComma = words[at - 1] === ",";
    if (words[at - 1] === "type") return undefined;
    const from = isAfterComma ? at - 1 : at;
    const to = !isAfterComma && words[at + 1] === "," ? at + 2 : at + 1;
    return [writeLine(line, [{ from, to, words: [], gaps: [], gap: undefined, after: undefined }])];
  }
  const isAlone = isInList && close - open <= 2;
  return isAlone || words[1] === name || words.at(-1) === name || words.at(-2) === name
    ? []
    : undefined;
}
