/**
 * What stands around the cursor, as far as decisions need it: open brackets, string or comment, the lines
 * before and after. Everything is found in a bounded stretch, so that its cost does not grow with the file.
 */
import { scanBrackets, type BracketScan } from "./brackets.ts";
import { toLf } from "../document.ts";
import { indentationWidth } from "../indentation.ts";
import type { Language } from "../languages/language.ts";
import { languageOf } from "../languages/language-of.ts";
import type { CompletionSite } from "../site.ts";

/** UTF-16 units looked at on either side of the cursor. */
export const stretch = 6000;

export interface Surroundings {
  readonly language: Language;
  /** At most `stretch` units before the cursor, from a line start where there is one. LF. */
  readonly before: string;
  /** The document's start is in `before`. */
  readonly isBeforeWhole: boolean;
  /** At most `stretch` units after the cursor. LF. */
  readonly after: string;
  /** The document's end is in `after`. */
  readonly isAfterWhole: boolean;
  /** State at the cursor; indices are those of `before`. */
  readonly scan: BracketScan;
  /** The nearest line above the cursor's that is not blank. */
  readonly previousLine: string | undefined;
  /** The nearest line below the cursor's that is not blank. */
  readonly nextLine: string | undefined;
}

/** The mode, the prompt and the answer of one request ask about the same site. */
const known = new WeakMap<CompletionSite, Surroundings>();

export function surroundings(site: CompletionSite): Surroundings {
  const found = known.get(site) ?? surroundingsOf(site);
  known.set(site, found);
  return found;
}

function surroundingsOf(site: CompletionSite): Surroundings {
  const { text, languageId, uri } = site.document;
  const language = languageOf(languageId, uri);
  const earliest = Math.max(0, site.offset - stretch);
  const reached = text.slice(earliest, site.offset);
  const start = earliest === 0 ? 0 : stretchStart(reached);
  const before = toLf(reached.slice(start));
  const after = toLf(text.slice(site.offset, site.offset + stretch));
  return {
    language,
    before,
    isBeforeWhole: earliest === 0,
    after,
    isAfterWhole: site.offset + stretch >= text.length,
    scan: scanBrackets(before, language),
    previousLine: lastFilledLine(before.slice(0, Math.max(0, before.lastIndexOf("\n")))),
    nextLine: firstFilledLine(after.slice(firstLineLength(after))),
  };
}

/** The line of `text` that holds `index`, whole. */
export function lineAt(text: string, index: number): string {
  const start = text.lastIndexOf("\n", index - 1) + 1;
  const end = text.indexOf("\n", index);
  return text.slice(start, end < 0 ? text.length : end);
}

/** Length of `text` up to its first line end. */
export function firstLineLength(text: string): number {
  const end = text.indexOf("\n");
  return end < 0 ? text.length : end;
}

/** Lines that are code for sure, where others may be the text of a long comment or string. */
const declaration =
  /^\s*(?:(?:export|default|async|public|private|protected|static|pub|final|abstract|override)\s)*(?:class|def|function|func|fn|impl|import|interface|const|let|var|struct|enum|type|namespace|module|package|use|using|sub|if|for|while|return)\b.*[\w({:;,)]\s*$|^\s*[@#]\w|^\(def/;
/** So much before the cursor is looked at in any case. */
const nearest = 800;
/** Such a line is preferred to one that is less indented by this many columns. */
const notDeclared = 16;

/**
 * Where in the text that leads to the cursor the stretch starts: at the least indented line of its farther
 * half, where a scan is most likely to stand in code, outside every bracket.
 */
function stretchStart(text: string): number {
  const offset = text.length;
  let best = 0;
  let bestRank = Number.POSITIVE_INFINITY;
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1)) {
    if (index >= offset - stretch / 2 && (bestRank < notDeclared || index >= offset - nearest))
      break;
    const line = text.slice(index + 1, index + 101);
    if (!/^[ \t]*[^\s)\]}]/.test(line)) continue;
    const rank = indentationWidth(line) + (declaration.test(line) ? 0 : notDeclared);
    if (rank < bestRank) {
      best = index + 1;
      bestRank = rank;
    }
  }
  return best;
}

function lastFilledLine(text: string): string | undefined {
  let end = text.length;
  // Not at 0: `lastIndexOf` takes a negative position for 0, and would find the same line for ever.
  while (end > 0) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(start, end);
    if (line.trim() !== "") return line;
    end = start - 1;
  }
  return undefined;
}

function firstFilledLine(text: string): string | undefined {
  return /[^\n]*\S[^\n]*/.exec(text)?.[0];
}
