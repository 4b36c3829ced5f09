/**
 * The next edit: learns a rewrite from what the user changed and finds the places where the same change is due, each
 * with a calibrated probability. It writes nothing whose parts were not in the edit or at the place.
 */
import { filesToSearch, rarestName } from "./places/holders.ts";
import { findAlikeSpots, findLineSpots, searchWords } from "./places/line-places.ts";
import { findBlockPlaces, namesOf } from "./places/block-places.ts";
import { findUnusedImports } from "./places/import-places.ts";
import { countPassed, linePlace } from "./places/line-features.ts";
import type { FoundPlace, Place } from "./places/place.ts";
import { fittedRanking } from "./ranking/fitted-ranking.ts";
import { numbersOf, probabilityOf, type Ranking } from "./ranking/features.ts";
import { EditMemory } from "./rules/edit-memory.ts";
import { lastOf, type LineRule, type Rule } from "./rules/rule.ts";
import { isName } from "./rewrite/words.ts";
import type { SettledEdit, Texts } from "./texts.ts";

export type { Place } from "./places/place.ts";
export type { SettledEdit, Texts } from "./texts.ts";

/** Rules of the last so many edits are asked. */
const askedRules = 8;
/** What one answer of the user moves the bias by. */
const biasRate = 0.2;
const lowestBias = -1.5;
const highestBias = 0.7;

export class NextEdit {
  readonly #ranking: Ranking;
  readonly #numbers: Float64Array;
  #memory = new EditMemory();
  /** What the user's answers have taught: added inside the probability. */
  bias = 0;

  constructor(ranking: Ranking = fittedRanking) {
    this.#ranking = ranking;
    this.#numbers = numbersOf(ranking);
  }

  get memory(): EditMemory {
    return this.#memory;
  }

  /** `texts` holds the edit already. */
  learn(edit: SettledEdit, texts: Pick<Texts, "get">): void {
    const text = texts.get(edit.uri);
    if (text !== undefined) this.#memory.learn(edit, text);
  }

  /** Lines that came or went below `line` without teaching anything. */
  shift(uri: string, line: number, growth: number): void {
    this.#memory.shift(uri, line, growth);
  }

  /** The names of which `propose` asks who holds them. */
  wantedNames(): ReadonlySet<string> {
    const names = this.#memory.recentRules(askedRules).flatMap(namesOfRule);
    return new Set(names.filter(isName));
  }

  /** The documents and files that `propose` looks at, when `texts` knows who holds the wanted names. */
  wantedTexts(texts: Pick<Texts, "holders">): ReadonlySet<string> {
    const memory = this.#memory;
    const uris = new Set(memory.edited);
    for (const rule of memory.recentRules(askedRules)) {
      const words =
        rule.kind === "line" ? searchWords(rule, texts) : [rarestName(namesOf(rule), texts)];
      for (const word of words) for (const uri of filesToSearch(word, memory, texts)) uris.add(uri);
    }
    return uris;
  }

  /** All places, the surest first. Yields between files, so that the work can be done in slices. */
  *propose(texts: Texts): Generator<undefined, readonly Place[]> {
    const memory = this.#memory;
    if (memory.last === undefined) return [];
    const best = new Map<string, Place>();
    for (const rule of memory.recentRules(askedRules)) {
      const found =
        rule.kind === "line"
          ? yield* findLinePlaces(rule, memory, texts)
          : yield* findBlockPlaces(rule, memory, texts);
      this.#keep(best, found, texts);
    }
    const text = texts.get(memory.last.uri);
    if (text !== undefined) this.#keep(best, findUnusedImports(memory.last, text), texts);
    return [...best.values()].toSorted((one, other) => other.probability - one.probability);
  }

  /** The user did not want this place. */
  refuse({ rule, uri, lines }: Place): void {
    this.#memory.refuse(rule, uri, lines);
  }

  /** The user's answer to a place that was really shown. */
  answered({ probability }: Place, isTaken: boolean): void {
    const moved = this.bias + biasRate * (Number(isTaken) - probability);
    this.bias = Math.max(lowestBias, Math.min(highestBias, moved));
  }

  forgetDocument(uri: string): void {
    this.#memory.forgetDocument(uri);
  }

  /** For an edit that may still go on: what the copy learns stays in it. */
  copy(): NextEdit {
    const copy = new NextEdit(this.#ranking);
    copy.#memory = this.#memory.copy();
    copy.bias = this.bias;
    return copy;
  }

  /** Of places that say the same the surest is kept; what the user replaced or refused is none. */
  #keep(best: Map<string, Place>, found: readonly FoundPlace[], texts: Texts): void {
    for (const place of found) {
      const { uri, line, count, lines } = place;
      if (this.#memory.isRefused(uri, lines) || this.#isReversal(place, texts)) continue;
      const probability = probabilityOf(place.features.weighed(this.#numbers) + this.bias);
      const key = `${line},${count},${uri}\0${lines.join("\n")}`;
      const known = best.get(key);
      if (known !== undefined && known.probability >= probability) continue;
      const before = texts.get(uri)?.lines.slice(line, line + count) ?? [];
      best.set(key, { ...place, before, probability });
    }
  }

  #isReversal({ uri, line, count, lines }: FoundPlace, texts: Texts): boolean {
    const text = texts.get(uri);
    return lines.some((wanted, index) => {
      const now = count === 0 ? "" : (text?.line(line + index) ?? "");
      return this.#memory.isReversal(uri, wanted, now);
    });
  }
}

function* findLinePlaces(
  rule: LineRule,
  memory: EditMemory,
  texts: Texts,
): Generator<undefined, readonly FoundPlace[]> {
  rule.bringsFreshName ??= bringsFreshName(rule, texts);
  const { spots, files } = yield* findLineSpots(rule, memory, texts);
  const isNewest = memory.lastRules.at(-1) === rule;
  const alike = isNewest ? findAlikeSpots(rule, memory, texts, spots) : [];
  yield;
  const passed = countPassed(spots, lastOf(rule.seen).uri);
  const facts = { memory, rule, places: spots.length, files, passed };
  const found: FoundPlace[] = [];
  for (const spot of [...spots, ...alike]) {
    const text = texts.get(spot.uri);
    if (text !== undefined) found.push(linePlace(facts, spot, text));
  }
  return found;
}

/** Whether the first atom brings a name that stands nowhere but in the edited line. */
function bringsFreshName(rule: LineRule, texts: Texts): boolean {
  const { uri, line } = lastOf(rule.seen);
  const own = texts.get(uri);
  return (rule.atoms[0]?.newNames ?? []).some((name) => {
    const holders = texts.holders(name);
    const others = holders.count - Number(holders.uris.includes(uri));
    const lines = own?.linesWith(name, 2) ?? [];
    return others === 0 && lines.every((each) => each === line);
  });
}

function namesOfRule(rule: Rule): readonly (string | undefined)[] {
  if (rule.kind !== "line") return namesOf(rule);
  return rule.atoms.flatMap(({ old, left, right, head, isAnchored, newNames }) =>
    isAnchored ? [...old, ...newNames] : [left[0], right[0], left[1], right[1], head, ...newNames],
  );
}
