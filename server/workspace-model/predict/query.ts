/** What the matchers need to know about a site, as words. Built once per query. */
import type { ReadableText } from "../../engine/document.ts";
import type { CompletionSite } from "../../engine/site.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { lineStartFrom } from "../index/line-blocks.ts";
import type { OpenDocument } from "../open/open-document.ts";
import { TokenBuffer, tokenize, wordOf, newlineToken } from "../tokens/tokenizer.ts";
import { newlineWord, WordSet, type Vocabulary, type WordId } from "../tokens/vocabulary.ts";
import { isWordUnit } from "../tokens/words.ts";

/** An index to search. Places in `[hiddenStart, hiddenEnd)` are the text right of the cursor on its line. */
export interface Source {
  readonly index: ChainIndex<unknown>;
  readonly hiddenStart: number;
  readonly hiddenEnd: number;
  /** Lines that were removed from the cursor's document. */
  readonly isRemoved: boolean;
}

export interface Query {
  readonly vocabulary: Vocabulary;
  /** The last `contextLength` words before the cursor, without the word being typed. */
  readonly context: Int32Array;
  readonly contextLength: number;
  /** How many words of the context are on the cursor's line. */
  readonly lineWords: number;
  /** The words before the cursor read like prose: a comment, the name of a test, a message. */
  readonly isProse: boolean;
  /** The part of the word being typed that is left of the cursor; empty at a word boundary. */
  readonly partial: string;
  /** The cursor's line up to the word being typed. */
  readonly lineStartText: string;
  /** Blank space or nothing stands before the first suggested word, so the word needs no gap of its own. */
  readonly isGapWritten: boolean;
  /** The first word right of the cursor touches it, so the gap before that word is suggested too. */
  readonly isSuffixAtCursor: boolean;
  /** The first word right of the cursor on its line: a continuation ends there. `newlineWord` at the end of a line. */
  readonly stopWord: WordId;
  /** The words that follow `stopWord`. */
  readonly suffix: Int32Array;
  /** Trimmed texts of the lines around the cursor. */
  readonly nearLines: ReadonlySet<string>;
  /** Lines that were removed from the document, trimmed. */
  readonly removedLines: ReadonlySet<string>;
  /** Identifiers within a few lines of the cursor. */
  readonly nearWords: WordSet;
  /** Number of characters between the cursor and a place of its own document. */
  readonly distanceTo: (place: number) => number;
  readonly isInDocument: (word: WordId) => boolean;
  /** Identifiers of the cursor's document. */
  readonly documentWords: () => Iterable<WordId>;
  /** The cursor's own document. */
  readonly own: Source | undefined;
  /** Whether a place of another source file is in the cursor's folder. */
  readonly isNearby: (source: Source, place: number) => boolean;
  /** The document's removed lines, then the other open documents, then the workspace, nearest first. */
  readonly others: readonly Source[];
}

/** Words of context kept: enough for the longest match, and the same again for a beam to grow. */
const longestContext = 64;
const contextCharacters = 1600;
const suffixCharacters = 800;
const suffixWords = 16;
const nearWordsBefore = 80;
const nearWordsAfter = 40;

const buffer = new TokenBuffer();
/** Reused by each query: it is as long as the vocabulary, so a new one per query would be costly. */
const reusedWords = new WordSet();

/** `undefined` if the model has nothing to say: inside a word with letters on both sides. */
export function createQuery(
  site: CompletionSite,
  vocabulary: Vocabulary,
  document: OpenDocument,
  others: readonly Source[],
  isNearby: Query["isNearby"],
): Query | undefined {
  const { text } = site.document;
  const partial = partialWord(site.linePrefix);
  const following = site.lineSuffix.charCodeAt(0);
  if (partial !== "" && isWordUnit(following)) return undefined;
  const wordStart = site.offset - partial.length;
  const nearWords = reusedWords;
  nearWords.clear();
  const context = contextBefore(text, wordStart, vocabulary, nearWords);
  const suffix = suffixAfter(site, vocabulary, nearWords);
  document.syncAround(site.offset);
  const { index: removedIndex, texts: removedLines } = document.removedLines;
  const removed =
    removedIndex === undefined
      ? []
      : [{ index: removedIndex, hiddenStart: 0, hiddenEnd: 0, isRemoved: true }];
  const places = document.placesOf(wordStart, site.lineEnd);
  const lineStartText = site.linePrefix.slice(0, site.linePrefix.length - partial.length);
  const counts = document.identifierCounts;
  return {
    vocabulary,
    ...context,
    ...suffix,
    partial,
    lineStartText,
    isGapWritten: partial !== "" || lineStartText === "" || /\s$/.test(lineStartText),
    isSuffixAtCursor: site.isMidLine && /^\S/.test(site.lineSuffix),
    nearLines: linesAround(text, site.lineStart, site.lineEnd),
    removedLines,
    nearWords,
    distanceTo: (place) => document.charactersTo(place, site.offset),
    isInDocument: (word) => counts.has(word),
    documentWords: () => counts.keys(),
    own: places && {
      index: document.index,
      hiddenStart: places.start,
      // Also drops the line end: it follows the unfinished text only by accident.
      hiddenEnd: places.end + 1,
      isRemoved: false,
    },
    isNearby,
    others: [...removed, ...others],
  };
}

/** Word characters at the end of the line. Empty after a number, which no word continues. */
function partialWord(linePrefix: string): string {
  let start = linePrefix.length;
  while (start > 0 && isWordUnit(linePrefix.charCodeAt(start - 1))) start--;
  return linePrefix.slice(start);
}

function contextBefore(
  text: ReadableText,
  end: number,
  vocabulary: Vocabulary,
  nearWords: WordSet,
): Pick<Query, "context" | "contextLength" | "lineWords" | "isProse"> {
  buffer.clear();
  buffer.push(newlineToken);
  const lowest = Math.max(0, end - contextCharacters);
  const lineStart = lowest === 0 ? 0 : lineStartFrom(text, lowest, end);
  // For a line that began far back, take the near part: without tokens it would look like the start of a line.
  tokenize(vocabulary, text, lineStart < end ? lineStart : lowest, end, buffer);
  const { tokens, length } = buffer;
  for (let at = Math.max(0, length - nearWordsBefore); at < length; at++) {
    const word = wordOf(tokens[at] ?? 0);
    if (vocabulary.isIdentifier(word)) nearWords.add(word);
  }
  const contextLength = Math.min(longestContext, length);
  const context = new Int32Array(longestContext * 2);
  for (let at = 0; at < contextLength; at++) {
    context[at] = wordOf(tokens[length - contextLength + at] ?? 0);
  }
  let lineWords = 0;
  while (lineWords < contextLength && context[contextLength - 1 - lineWords] !== newlineWord) {
    lineWords++;
  }
  const isProse = readsAsProse(vocabulary, context, contextLength, lineWords);
  return { context, contextLength, lineWords, isProse };
}

/** Code rarely has this many names in a row. */
const proseWords = 3;

function readsAsProse(
  vocabulary: Vocabulary,
  context: Int32Array,
  contextLength: number,
  lineWords: number,
): boolean {
  let run = 0;
  while (run < Math.min(lineWords, proseWords)) {
    if (!vocabulary.startsAsName(context[contextLength - 1 - run] ?? 0)) break;
    run++;
  }
  return run >= proseWords;
}

function suffixAfter(
  site: CompletionSite,
  vocabulary: Vocabulary,
  nearWords: WordSet,
): Pick<Query, "stopWord" | "suffix"> {
  const { text } = site.document;
  buffer.clear();
  tokenize(
    vocabulary,
    text,
    site.offset,
    Math.min(text.length, site.offset + suffixCharacters),
    buffer,
  );
  const words = Array.from(buffer.tokens.subarray(0, buffer.length), wordOf);
  for (const word of words.slice(0, nearWordsAfter)) {
    if (vocabulary.isIdentifier(word)) nearWords.add(word);
  }
  const isMidLine = site.isMidLine && words.length > 0;
  return {
    stopWord: isMidLine ? (words[0] ?? newlineWord) : newlineWord,
    suffix: Int32Array.from(words.slice(isMidLine ? 1 : 0, suffixWords)),
  };
}

/** Six lines above and four below. A suggestion that repeats one of them is rarely what the user wants. */
function linesAround(text: ReadableText, lineStart: number, lineEnd: number): Set<string> {
  const above = text.slice(Math.max(0, lineStart - 1200), lineStart).split(/\r\n|\n|\r/);
  const below = text.slice(lineEnd, lineEnd + 800).split(/\r\n|\n|\r/);
  return new Set([...above.slice(-7, -1), ...below.slice(1, 5)].map((line) => line.trim()));
}
