/**
 * Two places of the same shape bind the identifiers of one to the identifiers of the other. The text that follows
 * the found place is rewritten with the names used at the cursor: whole names first, then parts of camelCase and
 * snake_case names.
 */
import type { Vocabulary, WordId } from "../tokens/vocabulary.ts";

/** Lower-case name part at the found place -> parts at the cursor. */
type PartBinding = ReadonlyMap<string, readonly string[]>;

export type SubstitutionKind = "none" | "name" | "parts" | "unbound";

export class Binding {
  /** There are few pairs, so a scan is faster than a map. Most bindings are soon discarded. */
  readonly #there: WordId[] = [];
  readonly #here: WordId[] = [];
  #parts: PartBinding | undefined;

  get size(): number {
    return this.#there.length;
  }

  get(there: WordId): WordId | undefined {
    const names = this.#there;
    for (let at = 0; at < names.length; at++) if (names[at] === there) return this.#here[at];
    return undefined;
  }

  /** Binds a name that is not bound yet. */
  add(there: WordId, here: WordId): void {
    this.#there.push(there);
    this.#here.push(here);
  }

  /** The word to write at the cursor for `there`, a word of the found place; the same word if nothing is bound. */
  substitute(there: WordId, vocabulary: Vocabulary): { word: WordId; kind: SubstitutionKind } {
    if (!vocabulary.isIdentifier(there)) return { word: there, kind: "none" };
    const bound = this.get(there);
    if (bound !== undefined) return { word: bound, kind: "name" };
    const rewritten = this.#rewriteParts(there, vocabulary);
    if (rewritten === undefined) return { word: there, kind: "unbound" };
    return { word: rewritten, kind: "parts" };
  }

  #rewriteParts(there: WordId, vocabulary: Vocabulary): WordId | undefined {
    this.#parts ??= bindParts(this.#there, this.#here, vocabulary);
    if (this.#parts.size === 0) return undefined;
    const name = vocabulary.text(there);
    let rewritten = "";
    let isHit = false;
    for (const part of partsOf(name)) {
      const parts = this.#parts.get(part.toLowerCase());
      if (parts === undefined) rewritten += part;
      else {
        isHit = true;
        rewritten += parts.map((here, at) => recase(part, here, at === 0)).join("");
      }
    }
    return isHit && rewritten !== name ? vocabulary.internTransient(rewritten) : undefined;
  }
}

/** For each bound pair of names: the middles in which they differ, part by part. The first binding of a part wins. */
function bindParts(
  thereWords: readonly WordId[],
  hereWords: readonly WordId[],
  vocabulary: Vocabulary,
): PartBinding {
  const bound = new Map<string, readonly string[]>();
  const bind = (there: string, here: readonly string[]) => {
    const key = there.toLowerCase();
    if (key.length > 1 && !bound.has(key)) bound.set(key, here);
  };
  for (const [pair, thereWord] of thereWords.entries()) {
    const there = partsOf(vocabulary.text(thereWord));
    const here = partsOf(vocabulary.text(hereWords[pair] ?? thereWord));
    const shortest = Math.min(there.length, here.length);
    let start = 0;
    while (start < shortest && isSamePart(there[start], here[start])) start++;
    let end = 0;
    while (end < shortest - start && isSamePart(there.at(-1 - end), here.at(-1 - end))) end++;
    const thereMiddle = there.slice(start, there.length - end);
    const hereMiddle = here.slice(start, here.length - end);
    const [only] = thereMiddle;
    if (thereMiddle.length === 1 && only !== undefined && hereMiddle.length > 0) {
      bind(only, hereMiddle);
    } else if (thereMiddle.length === hereMiddle.length) {
      thereMiddle.forEach((part, at) => bind(part, hereMiddle.slice(at, at + 1)));
    }
  }
  return bound;
}

function isSamePart(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}

const partPattern = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9]+/g;
const knownParts = new Map<string, readonly string[]>();
const mostKnownParts = 20_000;

function partsOf(name: string): readonly string[] {
  const known = knownParts.get(name);
  if (known !== undefined) return known;
  const parts = name.match(partPattern) ?? [name];
  if (knownParts.size >= mostKnownParts) knownParts.clear();
  knownParts.set(name, parts);
  return parts;
}

/** `text` in the case style of `model`. Parts after the first keep their own case unless all is capitals. */
function recase(model: string, text: string, isFirst: boolean): string {
  const isCapitals = model.length > 1 && model === model.toUpperCase();
  if (isCapitals) return text.toUpperCase();
  if (!isFirst) return text;
  const first = text.charAt(0);
  const isUpper = model.charAt(0) === model.charAt(0).toUpperCase();
  return (isUpper ? first.toUpperCase() : first.toLowerCase()) + text.slice(1);
}
