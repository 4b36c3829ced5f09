/**
 * What stands around the cursor, as far as decisions need it: open brackets, string or comment, the lines
 * before and after. Everything is found in a bounded stretch, so that its cost does not grow with the file.
 */
import { atCode, scanBrackets, type BracketScan } from "./brackets.ts";
import { toLf } from "./document.ts";
import { languageOf, type Language } from "./languages.ts";
import type { CompletionSite } from "./site.ts";

/** UTF-16 units looked at on either side of the cursor. */
export const stretch = 6000;

export interface Surroundings {
  readonly language: Language;
  /** At most `stretch` units before the cursor, from a line start where there is one. LF. */
  readonly before: string;
  /** At most `stretch` units after the cursor. LF. */
  readonly after: string;
  /** State at the cursor; positions are indices in `before`. */
  readonly scan: BracketScan;
  /** The nearest line above the cursor's that is not blank. */
  readonly previousLine: string | undefined;
  /** The nearest line below the cursor's that is not blank. */
  readonly nextLine: string | undefined;
}

export function surroundings(site: CompletionSite): Surroundings {
  const language = languageOf(site.document.languageId);
  const { text } = site.document;
  const before = toLf(nearBefore(text, site.offset));
  const after = toLf(text.slice(site.offset, site.offset + stretch));
  return {
    language,
    before,
    after,
    scan: scanBrackets(before, language, atCode),
    previousLine: lastFilledLine(before.slice(0, Math.max(0, before.lastIndexOf("\n")))),
    nextLine: firstFilledLine(after.slice(lengthToLineEnd(after))),
  };
}

/**
 * The stretch before the cursor. It starts at the least indented line in its farther half, where a scan is
 * most likely to stand in code, outside every bracket.
 */
function nearBefore(text: string, offset: number): string {
  const earliest = Math.max(0, offset - stretch);
  const stretchText = text.slice(earliest, offset);
  if (earliest === 0) return stretchText;
  let best = -1;
  let bestIndentation = Number.POSITIVE_INFINITY;
  for (
    let index = stretchText.indexOf("\n");
    index >= 0;
    index = stretchText.indexOf("\n", index + 1)
  ) {
    if (index > stretch / 2 && best >= 0) break;
    const indentation = /^[ \t]*/.exec(stretchText.slice(index + 1, index + 101))?.[0].length ?? 0;
    const first = stretchText.charAt(index + 1 + indentation);
    if (indentation < bestIndentation && first !== "" && !/[\s)\]}]/.test(first)) {
      best = index + 1;
      bestIndentation = indentation;
    }
  }
  return best < 0 ? stretchText : stretchText.slice(best);
}

function lengthToLineEnd(text: string): number {
  const end = text.indexOf("\n");
  return end < 0 ? text.length : end;
}

function lastFilledLine(text: string): string | undefined {
  let end = text.length;
  while (end >= 0) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(start, end);
    if (line.trim() !== "") return line;
    if (start === 0) return undefined;
    end = start - 1;
  }
  return undefined;
}

function firstFilledLine(text: string): string | undefined {
  return /[^\n]*\S[^\n]*/.exec(text)?.[0];
}

/** Width of a line's leading white space; a tab reaches the next multiple of `tabWidth`. */
export function indentationWidth(line: string, tabWidth = 8): number {
  let width = 0;
  for (const character of line) {
    if (character === " ") width++;
    else if (character === "\t") width += tabWidth - (width % tabWidth);
    else break;
  }
  return width;
}
