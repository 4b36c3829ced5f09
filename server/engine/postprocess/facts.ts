/**
 * What the steps may look at. Costly facts are found when a step first asks; what was found out about an
 * answer's whole lines is kept while it grows, so that a streamed answer is read about once.
 */
import type { Language } from "../languages/language.ts";
import { scanBrackets, type BracketScan } from "../syntax/brackets.ts";
import { lackingClosers, stateAt, type LackingClosers } from "../syntax/closers.ts";
import type { FimPrompt } from "../prompt/prompt.ts";
import type { CompletionSite } from "../site.ts";
import { indentationKind, indentationLevel, type IndentationKind } from "../indentation.ts";
import { surroundings, type Surroundings } from "../syntax/surroundings.ts";
import { answerLines, type AnswerLine } from "./lines.ts";

/** The user's last change of the document, near the cursor. */
export interface LastEdit {
  /** Text that was there before. */
  readonly removed: string;
  readonly inserted: string;
}

export interface AnswerFacts {
  readonly site: CompletionSite;
  readonly around: Surroundings;
  readonly prompt: FimPrompt;
  /** Special tokens at which an answer ends, whatever the server does. */
  readonly sentinels: readonly string[];
  readonly lastEdit: LastEdit | undefined;
  readonly lacking: LackingClosers;
  /** The filled lines below the cursor's, without trailing blanks; a line to be written before is the first. */
  readonly following: readonly string[];
  /** What the text around the cursor is indented with. */
  readonly indentation: IndentationKind;
  /** One level as it writes it. */
  readonly level: string;
  lines(text: string): readonly AnswerLine[];
  /** The bracket scan of line `index` of `text`, after the lines before it. */
  scanOf(text: string, index: number): BracketScan;
}

export interface FactsOptions {
  readonly sentinels?: readonly string[];
  readonly lastEdit?: LastEdit;
}

export function answerFacts(
  site: CompletionSite,
  prompt: FimPrompt,
  { sentinels = [], lastEdit }: FactsOptions,
): AnswerFacts {
  const around = surroundings(site);
  const lacking = once(() => lackingClosers(site, around));
  const following = once(() =>
    followingLines(around, prompt.modeReason === "lineBefore" ? site : undefined),
  );
  const reached = once(() => `${around.before}\n${around.after}`);
  const indentation = once(() => indentationAt(reached(), around.language));
  const level = once(() => indentationLevel(reached(), indentation(), around.language.usualLevel));
  let known: { text: string; lines: readonly AnswerLine[] } = { text: "", lines: [] };
  const scans: { line: AnswerLine; scan: BracketScan }[] = [];
  const lines = (text: string): readonly AnswerLine[] => {
    if (known.text !== text) known = { text, lines: answerLines(text, known.lines) };
    return known.lines;
  };
  const scanOf = (text: string, index: number): BracketScan => {
    const line = lines(text)[index];
    // A whole line that still stands where it stood is the same object, and so are those before it.
    const knownScan = scans[index];
    if (knownScan !== undefined && knownScan.line === line) return knownScan.scan;
    const before = index === 0 || line === undefined ? stateAt(around) : scanOf(text, index - 1);
    if (line === undefined) return { ...before, unmatched: [] };
    const scan = scanBrackets(`${line.text}\n`, around.language, before);
    scans.length = index;
    scans.push({ line, scan });
    return scan;
  };
  return {
    site,
    around,
    prompt,
    sentinels,
    lastEdit,
    get lacking() {
      return lacking();
    },
    get following() {
      return following();
    },
    get indentation() {
      return indentation();
    },
    get level() {
      return level();
    },
    lines,
    scanOf,
  };
}

/** A language of tabs has blanks in its texts at most; where it has none either, the language tells. */
function indentationAt(text: string, { requiresTabs }: Language): IndentationKind {
  const kind = indentationKind(text);
  if (requiresTabs !== true) return kind;
  const isFree = kind === undefined && !/(?:^|\n) {2}/.test(text);
  return isFree || kind === "tabs" ? "tabs" : undefined;
}

function followingLines(
  { after, isAfterWhole }: Surroundings,
  own: CompletionSite | undefined,
): readonly string[] {
  const lines = after.split("\n").slice(1);
  if (own !== undefined) lines.unshift(own.linePrefix + own.lineSuffix);
  // The last one may be cut short by the stretch.
  if (!isAfterWhole) lines.pop();
  return lines.filter((line) => line.trim() !== "").map((line) => line.trimEnd());
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}
