/**
 * The surroundings of the cursor that decisions need: open brackets, string or comment, the lines before and after.
 * All are found in a bounded stretch, so the cost does not grow with the file.
 */
import { scanBrackets, type BracketScan } from "./brackets.ts";
import { toLf } from "../document.ts";
import { indentationWidth } from "../indentation.ts";
import type { Language } from "../languages/language.ts";
import { languageOf } from "../languages/language-of.ts";
import type { CompletionSite } from "../site.ts";

/** UTF-16 units scanned on each side of the cursor. */
export const stretch = 6000;

export interface Surroundings {
  readonly language: Language;
  /** At most `stretch` units before the cursor, starting at a line start if there is one. LF line ends. */
  readonly before: string;
  /** True if `before` contains the start of the document. */
  readonly isBeforeWhole: boolean;
  /** At most `stretch` units after the cursor. LF line ends. */
  readonly after: string;
  /** True if `after` contains the end of the document. */
  readonly isAfterWhole: boolean;
  /** State at the cursor. Indices refer to `before`. */
  readonly scan: BracketScan;
  /** The nearest non-blank line above the cursor's line. */
  readonly previousLine: string | undefined;
  /** The nearest non-blank line below the cursor's line. */
  readonly nextLine: string | undefined;
}

/** Cached, because the mode, the prompt and the answer of one request ask about the same site. */
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

/** The whole line of `text` that contains `index`. */
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

/** Lines that are certainly code. Other lines may be the text of a long comment or string. */
const declaration =
  /^\s*(?:(?:export|default|async|public|private|protected|static|pub|final|abstract|override)\s)*(?:class|def|function|func|fn|impl|import|interface|const|let|var|struct|enum|type|namespace|module|package|use|using|sub|if|for|while|return)\b.*[\w({:;,)]\s*$|^\s*[@#]\w|^\(def/;
/** At least this much text before the cursor is scanned. */
const nearest = 800;
/** Such a line is preferred to a line with less indentation, up to this many columns. */
const notDeclared = 16;

/**
 * Where to start the stretch before the cursor: at the least indented line of its farther half. There a scan most
 * likely starts in code, outside all brackets.
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
  // Not at 0: `lastIndexOf` treats a negative position as 0 and would find the same line forever.
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
