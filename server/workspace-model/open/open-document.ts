/**
 * The live text of an open document, with its own index. The text is kept as blocks of whole lines. An edit
 * replaces only the blocks it touches. A block is indexed when a query needs it, or in a background slice. The cost
 * of an edit therefore depends on the edit, not on the document's size, and the chains meet the most recently
 * edited lines first.
 */
import type { DocumentSnapshot } from "../../engine/document.ts";
import { ChainIndex, type Segment } from "../index/chain-index.ts";
import { DocumentBlocks, leadLength, trailLength, type Block } from "./document-blocks.ts";
import { lineStartFrom } from "../index/line-blocks.ts";
import { RemovedLines } from "./removed-lines.ts";
import { newlineToken, TokenBuffer, tokenize, wordOf } from "../tokens/tokenizer.ts";
import type { Vocabulary, WordId } from "../tokens/vocabulary.ts";

/** Tokens of context that a block takes from its neighbors. */
const leadTokens = 32;
const trailTokens = 16;
/** With this many dead tokens or fewer the index is not rebuilt. */
const tolerableDeadTokens = 8192;
/** If dead tokens exceed the live ones by this factor, the index is dropped at once. This bounds memory. */
const mostDeadShare = 4;
/** If the cursor moved no further than this since the index was built, it is not rebuilt. In UTF-16 units. */
const tolerableMove = 8192;

/** If a change removes this many blocks, starting over is cheaper: each block takes about ten microseconds. */
const mostForgotten = 64;
/** Most tokens in a block, however long its lines are. */
const mostBlockTokens = 8192;

const buffer = new TokenBuffer();

export class OpenDocument {
  readonly #vocabulary: Vocabulary;
  readonly #identifierCounts = new Map<WordId, number>();
  readonly removedLines: RemovedLines;
  #snapshot: DocumentSnapshot;
  readonly #blocks = new DocumentBlocks();
  #index: ChainIndex<Block>;
  /** The next index, while it is being built. */
  #rebuild: ChainIndex<Block> | undefined;
  /** The cursor of the last query. */
  #cursor = 0;
  /** The cursor that `#rebuild`, or else `#index`, was built around. */
  #builtAround = 0;

  constructor(vocabulary: Vocabulary, snapshot: DocumentSnapshot) {
    this.#vocabulary = vocabulary;
    this.#snapshot = snapshot;
    this.removedLines = new RemovedLines(vocabulary);
    this.#index = new ChainIndex(vocabulary, 1);
  }

  get snapshot(): DocumentSnapshot {
    return this.#snapshot;
  }

  get index(): ChainIndex<Block> {
    return this.#index;
  }

  /** How often each identifier occurs in the indexed part. */
  get identifierCounts(): ReadonlyMap<WordId, number> {
    return this.#identifierCounts;
  }

  /** Takes a newer text; the work waits for `syncAround` or `indexSome`. */
  update(snapshot: DocumentSnapshot): void {
    this.#snapshot = snapshot;
  }

  /** Brings the lines around the cursor at `offset` up to date: at most three blocks. */
  syncAround(offset: number): void {
    this.#cursor = offset;
    this.#sync(offset);
    const at = this.#blocks.at(offset);
    for (const near of [at - 1, at + 1, at]) {
      const block = this.#blocks.blocks[near];
      if (block !== undefined && block.segment === undefined) this.#indexBlock(block);
    }
  }

  /** Indexes one waiting block or rebuilds a little; false when there is nothing to do. */
  indexSome(): boolean {
    this.#sync(undefined);
    const waiting = this.#blocks.blocks.findLast((block) => block.segment === undefined);
    if (waiting === undefined) return this.#rebuildSome();
    const most = Math.min(waiting.length, mostBlockTokens) + leadTokens + trailTokens;
    if (!this.#index.growSome(most)) this.#indexBlock(waiting);
    return true;
  }

  /**
   * The index places of the line's rest from `wordStart` on, as `[start, end)`; `undefined` where that line
   * is not indexed. Call `syncAround` first.
   */
  placesOf(wordStart: number, lineEnd: number): { start: number; end: number } | undefined {
    const block = this.#blocks.blocks[this.#blocks.at(wordStart)];
    if (block?.segment === undefined) return undefined;
    const { text } = this.#snapshot;
    buffer.clear();
    tokenize(this.#vocabulary, text, block.start, wordStart, buffer);
    const start = block.segment.bodyStart + buffer.length;
    buffer.clear();
    tokenize(this.#vocabulary, text, wordStart, lineEnd, buffer);
    return { start, end: start + buffer.length };
  }

  /** Approximate number of characters between `offset` and an indexed place. */
  charactersTo(place: number, offset: number): number {
    const segment = this.#index.segmentAt(place);
    if (segment === undefined) return Number.POSITIVE_INFINITY;
    const { bodyStart, bodyEnd, owner: block } = segment;
    const share = (place - bodyStart) / Math.max(1, bodyEnd - bodyStart);
    return Math.abs(block.start + share * block.length - offset);
  }

  #sync(cursor: number | undefined): void {
    const before = this.#blocks.text;
    const { isFresh, change, removed } = this.#blocks.sync(this.#snapshot.text, cursor);
    if (change !== undefined) this.removedLines.add(before, this.#snapshot.text, change);
    const isAnew = isFresh || removed.length > mostForgotten;
    if (!isAnew) for (const block of removed) this.#forget(block);
    if (isAnew || this.#isOvergrown()) this.#beginAnew();
  }

  /** True if edits arrive faster than background work can clean up after them. */
  #isOvergrown(): boolean {
    const tolerable = mostDeadShare * Math.max(this.#index.liveTokens, tolerableDeadTokens);
    return this.#index.deadTokens > tolerable || (this.#rebuild?.deadTokens ?? 0) > tolerable;
  }

  #beginAnew(): void {
    this.#identifierCounts.clear();
    this.#rebuild = undefined;
    const { length } = this.#blocks;
    this.#index = new ChainIndex(this.#vocabulary, tokensOf(length), roomFor(length));
    for (const block of this.#blocks.blocks) {
      block.segment = undefined;
      block.rebuilt = undefined;
    }
  }

  #forget(block: Block): void {
    if (block.segment === undefined) return;
    this.#count(block.segment, -1);
    this.#index.kill(block.segment);
    if (block.rebuilt !== undefined) this.#rebuild?.kill(block.rebuilt);
  }

  #indexBlock(block: Block): void {
    const text = this.#blocks.text;
    const end = block.start + block.length;
    const lead = this.#tokensBefore(block.start);
    const trail = this.#tokensAfter(end);
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
    buffer.clear();
    const start = lineStartFrom(this.#blocks.text, from, end);
    tokenize(this.#vocabulary, this.#blocks.text, start, end, buffer);
    return buffer.tokens.slice(Math.max(0, buffer.length - leadTokens), buffer.length);
  }

  #tokensAfter(start: number): Int32Array {
    const end = Math.min(this.#blocks.text.length, start + trailLength);
    buffer.clear();
    tokenize(this.#vocabulary, this.#blocks.text, start, end, buffer);
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

  /**
   * Builds the index again, one segment a call, where dead tokens abound or the cursor has moved away: the
   * farthest lines first, so that the chains meet the nearest first. Worth a point or more of exact answers.
   */
  #rebuildSome(): boolean {
    if (this.#rebuild === undefined) {
      const { deadTokens, liveTokens } = this.#index;
      const isDead = deadTokens >= Math.max(liveTokens, tolerableDeadTokens);
      if (!isDead && Math.abs(this.#cursor - this.#builtAround) <= tolerableMove) return false;
      this.#rebuild = new ChainIndex(this.#vocabulary, liveTokens * 2);
      this.#builtAround = this.#cursor;
    }
    const farthest = this.#farthestToRebuild();
    if (farthest?.segment !== undefined) {
      farthest.rebuilt = this.#rebuild.copy(this.#index, farthest.segment);
      return true;
    }
    this.#index = this.#rebuild;
    this.#rebuild = undefined;
    for (const block of this.#blocks.blocks) {
      block.segment = block.rebuilt;
      block.rebuilt = undefined;
    }
    return false;
  }

  #farthestToRebuild(): Block | undefined {
    let farthest: Block | undefined;
    let distance = -1;
    for (const block of this.#blocks.blocks) {
      const away = Math.abs(block.start - this.#builtAround);
      if (block.segment === undefined || block.rebuilt !== undefined || away <= distance) continue;
      farthest = block;
      distance = away;
    }
    return farthest;
  }
}

/** What decides the number of buckets: sources have 3 to 4 characters a token, and a small document may grow. */
function tokensOf(characters: number): number {
  return Math.ceil(characters * 0.45) + 2048;
}

/** Tokens of a text of this length; more room comes with the first edits, so that thousands of documents cost little. */
function roomFor(characters: number): number {
  return Math.ceil(characters * 0.35) + 48;
}
