/** The places of a changed line: lines that hold its rarest name, and lines that are built alike near it. */
import type { LineText } from "../line-text.ts";
import { byAnalogy } from "../rewrite/analogy.ts";
import type { LineTokens } from "../rewrite/line-tokens.ts";
import { matchAtoms, type AtomMatch } from "../rewrite/match.ts";
import { rewriteName } from "../rewrite/name-parts.ts";
import type { Cut } from "../rewrite/spans.ts";
import { isName } from "../rewrite/words.ts";
import { writeLine } from "../rewrite/write-line.ts";
import { lineKey, type EditMemory } from "../rules/edit-memory.ts";
import { lastOf, type LineRule } from "../rules/rule.ts";
import type { Texts } from "../texts.ts";
import { isPassedBy } from "./evidence.ts";
import { filesToSearch, rarestName } from "./holders.ts";

export interface LineSpot {
  readonly uri: string;
  readonly line: number;
  readonly tokens: LineTokens;
  readonly text: string;
  readonly how:
    | { readonly kind: "match"; readonly match: AtomMatch }
    | { readonly kind: "nameParts" }
    | { readonly kind: "alike"; readonly sharedLeft: number; readonly sharedRight: number };
  readonly isPassedBy: boolean;
}

export interface LineSpots {
  readonly spots: readonly LineSpot[];
  /** Files that hold the name by which the places were found. */
  readonly files: number;
}

const mostPlaces = 300;
const mostLinesOfFile = 150;
const longestLine = 400;
/** Lines up and down from the edited one in which alike lines are looked for. */
const alikeReach = 40;
const longestAlike = 300;
const fewestAlikeWords = 2;

/** Yields between files, so that the work can be done in slices. */
export function* findLineSpots(
  rule: LineRule,
  memory: EditMemory,
  texts: Texts,
): Generator<undefined, LineSpots> {
  const search = new Search(rule, memory);
  let files = 0;
  for (const word of searchWords(rule, texts)) {
    files = Math.max(files, texts.holders(word).count);
    for (const uri of filesToSearch(word, memory, texts)) {
      const text = texts.get(uri);
      if (text !== undefined) search.addAll(uri, text, text.linesWith(word, mostLinesOfFile));
      yield;
    }
  }
  const part = rule.parts?.old[0];
  if (part !== undefined) {
    for (const uri of memory.edited) {
      const text = texts.get(uri);
      if (text !== undefined) search.addAll(uri, text, text.linesWithPart(part, mostLinesOfFile));
      yield;
    }
  }
  return { spots: search.spots, files };
}

/** Lines near the last instance to which an alignment carries the edit over. */
export function findAlikeSpots(
  rule: LineRule,
  memory: EditMemory,
  texts: Texts,
  taken: readonly LineSpot[],
): readonly LineSpot[] {
  const last = lastOf(rule.seen);
  const text = texts.get(last.uri);
  if (text === undefined) return [];
  const spots: LineSpot[] = [];
  const isTaken = new Set(memory.doneLines(rule));
  for (const { uri, line } of taken) isTaken.add(lineKey(uri, line));
  const lowest = Math.max(0, last.line - alikeReach);
  const highest = Math.min(text.lines.length - 1, last.line + alikeReach);
  for (let line = lowest; line <= highest; line++) {
    if (isTaken.has(lineKey(last.uri, line))) continue;
    const here = text.line(line);
    if (!here.startsWith(last.before.indent) || here.length > longestAlike) continue;
    const tokens = text.tokens(line);
    if (tokens.indent !== last.before.indent) continue;
    if (tokens.words.length < fewestAlikeWords) continue;
    const carried = byAnalogy(last.before, last.atoms, tokens);
    if (carried === undefined || carried.text === tokens.text) continue;
    const { sharedLeft, sharedRight } = carried;
    spots.push({
      uri: last.uri,
      line,
      tokens,
      text: carried.text,
      how: { kind: "alike", sharedLeft, sharedRight },
      isPassedBy: isPassedBy(rule, last.uri, line),
    });
  }
  return spots;
}

/** Names of which a place has to hold one; of each group the rarest. */
export function searchWords(
  { atoms }: LineRule,
  texts: Pick<Texts, "holders">,
): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (group: readonly (string | undefined)[]): boolean => {
    const word = rarestName(group, texts);
    if (word !== undefined) words.add(word);
    return word !== undefined;
  };
  const anchored = atoms.filter(({ isAnchored }) => isAnchored);
  for (const { old } of anchored) add(old);
  if (anchored.length > 0) return words;
  for (const { left, right, head } of atoms) {
    if (!add([left[0], right[0]])) add([left[1], right[1]]);
    add([head]);
  }
  return words;
}

class Search {
  readonly spots: LineSpot[] = [];
  readonly #rule: LineRule;
  readonly #memory: EditMemory;
  /** Lines that were looked at, and those that need no look. */
  readonly #looked: Set<string>;

  constructor(rule: LineRule, memory: EditMemory) {
    this.#rule = rule;
    this.#memory = memory;
    this.#looked = new Set(memory.doneLines(rule));
  }

  addAll(uri: string, text: LineText, lines: readonly number[]): void {
    for (const line of lines) {
      if (this.spots.length > mostPlaces) return;
      const key = lineKey(uri, line);
      if (this.#looked.has(key)) continue;
      this.#looked.add(key);
      if (text.line(line).length <= longestLine) this.#add(uri, text, line);
    }
  }

  #add(uri: string, text: LineText, line: number): void {
    const tokens = text.tokens(line);
    const match = matchAtoms(this.#rule.atoms, tokens);
    if (match !== undefined) {
      const written = writeLine(tokens, match.cuts);
      if (written === tokens.text) return;
      this.spots.push({
        uri,
        line,
        tokens,
        text: written,
        how: { kind: "match", match },
        isPassedBy: isPassedBy(this.#rule, uri, line),
      });
      return;
    }
    const cuts = this.#memory.edited.has(uri) ? partCuts(this.#rule, tokens) : [];
    if (cuts.length === 0) return;
    const written = writeLine(tokens, cuts);
    const how = { kind: "nameParts" } as const;
    this.spots.push({ uri, line, tokens, text: written, how, isPassedBy: false });
  }
}

/** The names of the line that have the renamed parts. */
function partCuts({ parts, atoms }: LineRule, { words, gaps }: LineTokens): readonly Cut[] {
  const [atom] = atoms;
  if (parts === undefined || atom === undefined) return [];
  return words.flatMap((word, from) => {
    if (!isName(word) || word === atom.old[0] || word === atom.words[0]) return [];
    const renamed = rewriteName(word, parts);
    if (renamed === undefined || renamed === "" || renamed === word) return [];
    const gap = undefined;
    return {
      from,
      to: from + 1,
      words: [renamed],
      gaps: [gaps[from] ?? ""],
      gap,
      after: undefined,
    };
  });
}
