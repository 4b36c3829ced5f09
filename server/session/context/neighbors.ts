/**
 * Excerpts of other files for a prompt: definitions of what the file imports, what was edited last, and what
 * follows text that is similar to the text at the cursor. Found in idle moments, a few milliseconds at a time,
 * among the open documents; a request only takes what is there. Nothing comes from a file that is excluded when the
 * request leaves (invariant 6) or from a document that is closed by then (13), and memory is bounded (10).
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { LruCache } from "../../base/lru.ts";
import { definitionOf, importedNames, moduleName } from "../../engine/context/definitions.ts";
import { toLf, type DocumentSnapshot, type ReadableText } from "../../engine/document.ts";
import { familyOf } from "../../engine/languages/language-of.ts";
import type { ContextSnippet } from "../../engine/prompt/prompt.ts";
import {
  indexWords,
  mostSimilar,
  referenceLines,
  textAfter,
  wordsOf,
  type WordIndex,
} from "../../engine/context/similarity.ts";
import type { CompletionSite } from "../../engine/site.ts";
import { maxSnippets } from "../../engine/prompt/snippets.ts";
import type { FileAccessRules } from "../../files/ignore/file-access.ts";
import type { DocumentEvent, DocumentStore } from "../../documents/document-store.ts";
import { Excerpt, readableText } from "./excerpt.ts";
import { RecentEdits } from "./recent-edits.ts";

export interface NeighborDependencies {
  readonly clock: Clock;
  readonly documents: DocumentStore;
  readonly access: Pick<FileAccessRules, "of">;
  /** As it stands in the prompt. */
  readonly toPath: (uri: string) => string;
}

export interface Neighbors {
  /** What is known for the place by now; also says that excerpts are wanted there. Costs next to nothing. */
  snippetsFor(site: CompletionSite): readonly ContextSnippet[];
  /** Forgets everything, as when other files are excluded. */
  clear(): void;
  close(): void;
}

/** Work starts this long after the last key, and is done in slices. */
const idleMs = 250;
const sliceMs = 3;
/** Within so many UTF-16 units the excerpts stay, so that prompts keep their beginning. */
const regionLength = 3000;
/** Other documents that are looked at. */
const maxNeighbors = 20;
const maxIndexBytes = 16_000_000;
/** Lines before the cursor whose words say which imports matter. */
const nearLines = 30;

interface Place {
  readonly uri: string;
  readonly offset: number;
}

interface Found extends Place {
  readonly excerpts: readonly Excerpt[];
  /** Changes of other documents that it knows of. */
  readonly seen: number;
}

export function createNeighbors(dependencies: NeighborDependencies): Neighbors {
  const { clock, documents, access, toPath } = dependencies;
  const edits = new RecentEdits();
  const indexes = new LruCache<string, { revision: number; index: WordIndex }>({
    maxEntries: maxNeighbors * 2,
    maxBytes: maxIndexBytes,
  });
  const found = new LruCache<string, Found>({ maxEntries: maxNeighbors });
  let wanted: Place | undefined;
  let changes = 0;
  let timer: Timer | undefined;
  let work: Generator<undefined, void> | undefined;

  const stop = documents.onDidChange(noteChange);

  function noteChange(event: DocumentEvent): void {
    const { uri, after } = event;
    edits.note(event);
    // Asking now makes it known by the time of the request that follows.
    for (const { from } of found.peek(uri)?.excerpts ?? []) access.of(from);
    if (after === undefined) {
      indexes.delete(uri);
      found.delete(uri);
    }
    if (wanted !== undefined && uri !== wanted.uri) changes++;
    work = undefined;
    if (wanted !== undefined) start(idleMs);
  }

  function start(delayMs: number): void {
    timer?.cancel();
    timer = clock.setTimer(runSlice, delayMs);
  }

  function runSlice(): void {
    timer = undefined;
    if (work === undefined) {
      if (wanted === undefined || isFresh(wanted)) return;
      work = find(wanted);
    }
    const until = clock.now() + sliceMs;
    do {
      if (work.next().done === true) {
        work = undefined;
        return;
      }
    } while (clock.now() < until);
    start(0);
  }

  function isFresh(place: Place): boolean {
    const known = found.peek(place.uri);
    return known !== undefined && isNear(known, place) && known.seen === changes;
  }

  function* find(place: Place): Generator<undefined, void> {
    const document = documents.get(place.uri);
    if (document === undefined) return;
    const seen = changes;
    const others = neighborsOf(document);
    const excerpts = yield* definitions(document, place, others);
    excerpts.push(...recent(place.uri));
    excerpts.push(...(yield* similar(document, place, others)));
    found.set(place.uri, { ...place, seen, excerpts: excerpts.slice(0, maxSnippets * 3) });
  }

  /** Documents that may be read, most recently used first. */
  function neighborsOf({ uri }: DocumentSnapshot): DocumentSnapshot[] {
    return documents
      .all()
      .toReversed()
      .filter((other) => other.uri !== uri && access.of(other.uri).mayLearn)
      .slice(0, maxNeighbors);
  }

  function excerpt(from: DocumentSnapshot, snippet: Omit<ContextSnippet, "path">): Excerpt {
    return new Excerpt(from, { path: toPath(from.uri), ...snippet });
  }

  function recent(uri: string): Excerpt[] {
    return edits
      .texts(uri, (other) => documents.get(other))
      .filter(({ document }) => access.of(document.uri).mayLearn)
      .map(({ document, text }, index) =>
        excerpt(document, { text, score: 0.9 - index * 0.05, origin: "recentEdit" }),
      );
  }

  function* definitions(
    { text }: DocumentSnapshot,
    { offset }: Place,
    others: readonly DocumentSnapshot[],
  ): Generator<undefined, Excerpt[]> {
    const near = linesBefore(text, offset, nearLines).replaceAll(importLine, "");
    const line = near.slice(near.lastIndexOf("\n") + 1);
    const excerpts: Excerpt[] = [];
    const seen = new Set<string>();
    for (const { name, module } of importedNames(text)) {
      if (seen.has(name) || !hasWord(near, name)) continue;
      seen.add(name);
      const source = others.find(({ uri }) => moduleName(uri) === module);
      const definition = source && definitionOf(name, readableText(source));
      if (source === undefined || definition === undefined) continue;
      const score = hasWord(line, name) ? 0.98 : 0.8;
      excerpts.push(excerpt(source, { text: definition, score, origin: "definition" }));
      yield;
    }
    return excerpts;
  }

  function* similar(
    { text, languageId, uri }: DocumentSnapshot,
    { offset }: Place,
    others: readonly DocumentSnapshot[],
  ): Generator<undefined, Excerpt[]> {
    const reference = wordsOf(linesBefore(text, offset, referenceLines));
    const family = familyOf(languageId, uri);
    const excerpts: Excerpt[] = [];
    for (const other of others) {
      if (familyOf(other.languageId, other.uri) !== family) continue;
      const index = yield* indexOf(other);
      const window = mostSimilar(reference, index);
      const after = window && textAfter(index, window);
      if (window === undefined || after === undefined) continue;
      excerpts.push(excerpt(other, { text: after, score: window.score, origin: "similar" }));
      yield;
    }
    return excerpts.toSorted((one, two) => two.snippet.score - one.snippet.score);
  }

  function* indexOf(document: DocumentSnapshot): Generator<undefined, WordIndex> {
    const { uri, revision } = document;
    const known = indexes.get(uri);
    if (known?.revision === revision) return known.index;
    const text = readableText(document);
    const index = yield* indexWords(text);
    // Lines and words of the index together take about twice the text.
    indexes.set(uri, { revision, index }, text.length * 4);
    return index;
  }

  return {
    snippetsFor({ document: { uri }, offset }) {
      const place = { uri, offset };
      wanted = place;
      const known = found.get(uri);
      if (!isFresh(place) && work === undefined && timer === undefined) start(idleMs);
      if (known === undefined || !isNear(known, place)) return [];
      return known.excerpts
        .filter((each) => each.standsIn(documents.get(each.from)))
        .filter(({ from }) => access.of(from).mayQuote)
        .map(({ snippet }) => snippet);
    },
    clear() {
      edits.clear();
      indexes.clear();
      found.clear();
      work = undefined;
    },
    close() {
      stop();
      timer?.cancel();
      work = undefined;
    },
  };
}

function isNear(one: Place, two: Place): boolean {
  return Math.abs(one.offset - two.offset) <= regionLength;
}

/** At most `count` lines that lead to `offset`, LF. */
function linesBefore(text: ReadableText, offset: number, count: number): string {
  const near = toLf(text.slice(Math.max(0, offset - count * 200), offset));
  return near.split("\n").slice(-count).join("\n");
}

/** Names on the import lines themselves say nothing. */
const importLine = /^\s*(?:import|from|use|using)\b.*$/gm;

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/\w/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + word.length))) return true;
  }
  return false;
}
