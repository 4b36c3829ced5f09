/**
 * The live text of an open document as an index of its own. The text is kept as blocks of whole lines; an
 * edit replaces the blocks it touches and nothing else, and a block is indexed when a query needs it or in
 * a background slice. So the cost of an edit follows the edit, not the document, and the chains meet the
 * most recently edited lines first.
 */
import type { DocumentSnapshot } from "../engine/document.ts";
import { changedRange, type ChangedRange } from "./changed-range.ts";
import { ChainIndex, type Segment } from "./chain-index.ts";
import { lineStartBefore, lineStartFrom, splitIntoBlocks } from "./line-blocks.ts";
import { newlineToken, TokenBuffer, tokenize, wordOf } from "./tokenizer.ts";
import type { Vocabulary, WordId } from "./vocabulary.ts";

/** Whole lines of the document. */
export interface Block {
  /** In the whole text. */
  start: number;
  readonly length: number;
  /** Absent while the block waits to be indexed. */
  segment: Segment<Block> | undefined;
  /** Its copy in the index that compaction is building. */
  compacted: Segment<Block> | undefined;
}

/** Context that a block is given of its neighbors: characters read, tokens kept. */
const leadLength = 400;
const leadTokens = 32;
const trailLength = 200;
const trailTokens = 16;
/** Of a larger document only this much around the cursor is indexed, in UTF-16 units. */
const longestWindow = 512 * 1024;
/** Dead tokens that are never worth a compaction. */
const tolerableDeadTokens = 8192;

export class OpenDocument {
  readonly #vocabulary: Vocabulary;
  readonly #buffer = new TokenBuffer();
  readonly #identifierCounts = new Map<WordId, number>();
  #snapshot: DocumentSnapshot;
  /** The whole text that `#blocks` describe: that of `#snapshot` once synced. */
  #syncedText = "";
  /** Blocks cover `[windowStart, windowEnd)` of `#syncedText` without gaps, by rising start. */
  #blocks: Block[] = [];
  #windowStart = 0;
  /** -1 while no window is chosen. */
  #windowEnd = -1;
  #index: ChainIndex<Block>;
  #compaction: ChainIndex<Block> | undefined;

  constructor(vocabulary: Vocabulary, snapshot: DocumentSnapshot) {
    this.#vocabulary = vocabulary;
    this.#snapshot = snapshot;
    this.#index = new ChainIndex(vocabulary, 1024);
  }

  get snapshot(): DocumentSnapshot {
    return this.#snapshot;
  }

  get index(): ChainIndex<Block> {
    return this.#index;
  }

  /** How often each identifier stands in the indexed part. */
  get identifierCounts(): ReadonlyMap<WordId, number> {
    return this.#identifierCounts;
  }

  /** Takes a newer text; the work waits for `syncAround` or `indexSome`. */
  update(snapshot: DocumentSnapshot): void {
    this.#snapshot = snapshot;
  }

  /** Brings the lines around `offset` up to date: at most three blocks. */
  syncAround(offset: number): void {
    this.#sync(offset);
    const at = this.#blockAt(offset);
    for (const near of [at - 1, at + 1, at]) {
      const block = this.#blocks[near];
      if (block !== undefined && block.segment === undefined) this.#indexBlock(block);
    }
  }

  /** Indexes one waiting block or compacts a little; false when there is nothing to do. */
  indexSome(): boolean {
    this.#sync(undefined);
    const waiting = this.#blocks.findLast((block) => block.segment === undefined);
    if (waiting === undefined) return this.#compactSome();
    this.#indexBlock(waiting);
    return true;
  }

  /**
   * The index places of the line's rest from `wordStart` on, as `[start, end)`; `undefined` where that line
   * is not indexed. Call `syncAround` first.
   */
  placesOf(wordStart: number, lineEnd: number): { start: number; end: number } | undefined {
    const block = this.#blocks[this.#blockAt(wordStart)];
    if (block?.segment === undefined) return undefined;
    const { text } = this.#snapshot;
    const buffer = this.#buffer;
    buffer.clear();
    tokenize(this.#vocabulary, text, block.start, wordStart, buffer);
    const start = block.segment.bodyStart + buffer.length;
    buffer.clear();
    tokenize(this.#vocabulary, text, wordStart, lineEnd, buffer);
    return { start, end: start + buffer.length };
  }

  /** About how many characters lie between `offset` and an indexed place. */
  charactersTo(place: number, offset: number): number {
    const segment = this.#index.segmentAt(place);
    if (segment === undefined) return Number.POSITIVE_INFINITY;
    const { bodyStart, bodyEnd, owner: block } = segment;
    const share = (place - bodyStart) / Math.max(1, bodyEnd - bodyStart);
    return Math.abs(block.start + share * block.length - offset);
  }

  #sync(cursor: number | undefined): void {
    const { text } = this.#snapshot;
    const change = this.#syncedText === text ? undefined : changedRange(this.#syncedText, text);
    if (change !== undefined) this.#applyChange(change, text);
    this.#syncedText = text;
    const isUnset = this.#windowEnd < 0;
    if (cursor === undefined ? isUnset : isUnset || !this.#covers(cursor)) {
      this.#moveWindow(cursor ?? 0);
    }
  }

  #covers(cursor: number): boolean {
    if (this.#windowEnd - this.#windowStart > longestWindow * 2) return false;
    const margin = longestWindow / 8;
    const { length } = this.#syncedText;
    return (
      (this.#windowStart === 0 || cursor >= this.#windowStart + margin) &&
      (this.#windowEnd === length || cursor <= this.#windowEnd - margin)
    );
  }

  #moveWindow(cursor: number): void {
    const text = this.#syncedText;
    const isWhole = text.length <= longestWindow;
    const lowest = isWhole ? 0 : Math.max(0, cursor - longestWindow / 2);
    const highest = isWhole ? text.length : Math.min(text.length, cursor + longestWindow / 2);
    this.#windowStart = lineStartBefore(text, lowest, Math.max(0, lowest - 4096));
    this.#windowEnd = lineStartFrom(text, highest, text.length);
    this.#identifierCounts.clear();
    this.#compaction = undefined;
    this.#index = new ChainIndex(this.#vocabulary, tokensOf(this.#windowEnd - this.#windowStart));
    this.#blocks = newBlocks(text, this.#windowStart, this.#windowEnd);
  }

  #applyChange(change: ChangedRange, text: string): void {
    const growth = change.afterEnd - change.beforeEnd;
    if (this.#blocks.length === 0 || change.start < this.#windowStart) {
      if (this.#blocks.length > 0 && change.beforeEnd < this.#windowStart) this.#shift(0, growth);
      else this.#clear();
      return;
    }
    if (change.start > this.#windowEnd) return;
    if (change.beforeEnd > this.#windowEnd) {
      this.#clear();
      return;
    }
    this.#replaceBlocks(change, growth, text);
  }

  /** Forgets all blocks: the next `#sync` with a cursor begins anew. */
  #clear(): void {
    this.#blocks = [];
    this.#windowStart = 0;
    this.#windowEnd = -1;
  }

  #shift(from: number, growth: number): void {
    for (let at = from; at < this.#blocks.length; at++) {
      const block = this.#blocks[at];
      if (block !== undefined) block.start += growth;
    }
    if (from === 0) this.#windowStart += growth;
    this.#windowEnd += growth;
  }

  /** Also takes the neighbors whose lead or trail the change reaches, and keeps blocks whole lines. */
  #replaceBlocks(change: ChangedRange, growth: number, text: string): void {
    const first = this.#blockAt(Math.max(this.#windowStart, change.start - trailLength));
    let last = this.#blockAt(Math.min(this.#windowEnd, change.beforeEnd + leadLength));
    let next = this.#blocks[last + 1];
    while (next !== undefined && text.charCodeAt(next.start + growth - 1) !== 10) {
      next = this.#blocks[++last + 1];
    }
    const start = this.#blocks[first]?.start ?? this.#windowStart;
    const end = (next?.start ?? this.#windowEnd) + growth;
    const removed = this.#blocks.splice(first, last - first + 1, ...newBlocks(text, start, end));
    for (const block of removed) this.#forget(block);
    this.#windowEnd += growth;
    if (growth === 0) return;
    const kept = next === undefined ? -1 : this.#blocks.indexOf(next);
    if (kept >= 0) for (const block of this.#blocks.slice(kept)) block.start += growth;
  }

  #forget(block: Block): void {
    if (block.segment === undefined) return;
    this.#count(block.segment, -1);
    this.#index.kill(block.segment);
    if (block.compacted !== undefined) this.#compaction?.kill(block.compacted);
  }

  #indexBlock(block: Block): void {
    const text = this.#syncedText;
    const end = block.start + block.length;
    const lead = this.#tokensBefore(block.start);
    const trail = this.#tokensAfter(end);
    const buffer = this.#buffer;
    buffer.clear();
    tokenize(this.#vocabulary, text, block.start, end, buffer);
    if (buffer.tokens[buffer.length - 1] !== newlineToken) buffer.push(newlineToken);
    const segment = this.#index.open(block, lead);
    this.#index.extend(segment, buffer.tokens, 0, buffer.length);
    this.#index.close(segment, trail);
    block.segment = segment;
    this.#count(segment, 1);
  }

  #tokensBefore(end: number): Int32Array {
    const from = Math.max(0, end - leadLength);
    const buffer = this.#buffer;
    buffer.clear();
    const start = lineStartFrom(this.#syncedText, from, end);
    tokenize(this.#vocabulary, this.#syncedText, start, end, buffer);
    return buffer.tokens.slice(Math.max(0, buffer.length - leadTokens), buffer.length);
  }

  #tokensAfter(start: number): Int32Array {
    const end = Math.min(this.#syncedText.length, start + trailLength);
    const buffer = this.#buffer;
    buffer.clear();
    tokenize(this.#vocabulary, this.#syncedText, start, end, buffer);
    return buffer.tokens.slice(0, Math.min(trailTokens, buffer.length));
  }

  #count(segment: Segment<Block>, difference: 1 | -1): void {
    const { tokens } = this.#index;
    const counts = this.#identifierCounts;
    for (let place = segment.bodyStart; place < segment.bodyEnd; place++) {
      const word = wordOf(tokens[place] ?? 0);
      if (!this.#vocabulary.isIdentifier(word)) continue;
      const count = (counts.get(word) ?? 0) + difference;
      if (count > 0) counts.set(word, count);
      else counts.delete(word);
    }
  }

  /** The block that holds `offset`; the last one at the end of the text. */
  #blockAt(offset: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Copies one live segment into a fresh index, oldest first, so that recency stays. */
  #compactSome(): boolean {
    const { deadTokens, liveTokens } = this.#index;
    if (this.#compaction === undefined) {
      if (deadTokens < Math.max(liveTokens, tolerableDeadTokens)) return false;
      this.#compaction = new ChainIndex(this.#vocabulary, liveTokens * 2);
    }
    const oldest = this.#index.segments.find(({ owner }) => owner.compacted === undefined);
    if (oldest !== undefined) {
      oldest.owner.compacted = this.#compaction.copy(this.#index, oldest);
      return true;
    }
    this.#index = this.#compaction;
    this.#compaction = undefined;
    for (const block of this.#blocks) {
      block.segment = block.compacted;
      block.compacted = undefined;
    }
    return false;
  }
}

function newBlocks(text: string, start: number, end: number): Block[] {
  return splitIntoBlocks(text, start, end).map((span) => ({
    ...span,
    segment: undefined,
    compacted: undefined,
  }));
}

/** Room for a text of this many characters and its first edits: sources have 3 to 4 characters a token. */
function tokensOf(characters: number): number {
  return Math.ceil(characters * 0.45) + 2048;
}
