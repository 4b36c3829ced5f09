/**
 * A document's text as blocks of whole lines. An edit replaces the blocks it touches and the blocks whose context
 * it changes. For a very large text only a window around the cursor is kept.
 */
import type { ReadableText } from "../../engine/document.ts";
import { changedRange, type ChangedRange } from "./changed-range.ts";
import type { Segment } from "../index/chain-index.ts";
import { lineStartBefore, lineStartFrom, splitIntoBlocks } from "../index/line-blocks.ts";

/** Whole lines of the document. */
export interface Block {
  /** Offset in the whole text. */
  start: number;
  readonly length: number;
  /** Absent until the block is indexed. */
  segment: Segment<Block> | undefined;
  /** The block's copy in the index being built. */
  rebuilt: Segment<Block> | undefined;
}

/** Characters before and after a block that are read as its context. */
export const leadLength = 400;
export const trailLength = 200;
/** For a larger document only this much text around the cursor is kept, in UTF-16 units. */
const longestWindow = 512 * 1024;
/** A line start is searched at most this far beyond the window's ends: a line may be megabytes long. */
const lineReach = 4096;

/** What a text change did to the blocks. */
export interface BlockChange {
  /** All blocks are new; none of the old ones is valid. */
  readonly isFresh: boolean;
  /** `undefined` if the text is unchanged. */
  readonly change: ChangedRange | undefined;
  readonly removed: readonly Block[];
}

export class DocumentBlocks {
  /** The whole text that the blocks describe. */
  #text: ReadableText = "";
  /** The blocks cover `[windowStart, windowEnd)` of the text without gaps, sorted by start. */
  #blocks: Block[] = [];
  #windowStart = 0;
  /** -1 until a window is chosen. */
  #windowEnd = -1;
  #removed: Block[] = [];

  get text(): ReadableText {
    return this.#text;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** Characters that the blocks cover. */
  get length(): number {
    return this.#windowEnd - this.#windowStart;
  }

  /** Takes a newer text. If a cursor is given, also makes the blocks cover the text around it. */
  sync(text: ReadableText, cursor: number | undefined): BlockChange {
    this.#removed = [];
    const change = this.#text === text ? undefined : changedRange(this.#text, text);
    if (change !== undefined) this.#applyChange(change, text);
    this.#text = text;
    const isUnset = this.#windowEnd < 0;
    const isFresh = isUnset || (cursor !== undefined && !this.#covers(cursor));
    if (isFresh) this.#moveWindow(cursor ?? 0);
    return { isFresh, change, removed: this.#removed };
  }

  /** The block that holds `offset`; the last one at the end of the text. */
  at(offset: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #covers(cursor: number): boolean {
    if (this.#windowEnd - this.#windowStart > longestWindow * 2) return false;
    const margin = longestWindow / 8;
    const { length } = this.#text;
    return (
      (this.#windowStart === 0 || cursor >= this.#windowStart + margin) &&
      (this.#windowEnd === length || cursor <= this.#windowEnd - margin)
    );
  }

  #moveWindow(cursor: number): void {
    const text = this.#text;
    const isWhole = text.length <= longestWindow;
    const lowest = isWhole ? 0 : Math.max(0, cursor - longestWindow / 2);
    const highest = isWhole ? text.length : Math.min(text.length, cursor + longestWindow / 2);
    this.#windowStart = lineStartBefore(text, lowest, Math.max(0, lowest - lineReach));
    this.#windowEnd = lineStartFrom(text, highest, Math.min(text.length, highest + lineReach));
    this.#blocks = newBlocks(text, this.#windowStart, this.#windowEnd);
  }

  #applyChange(change: ChangedRange, text: ReadableText): void {
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

  /** Drops all blocks. The next `#sync` with a cursor starts over. */
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

  /** Also replaces the neighboring blocks whose lead or trail the change reaches. Blocks stay whole lines. */
  #replaceBlocks(change: ChangedRange, growth: number, text: ReadableText): void {
    const first = this.at(Math.max(this.#windowStart, change.start - trailLength));
    let last = this.at(Math.min(this.#windowEnd, change.beforeEnd + leadLength));
    let next = this.#blocks[last + 1];
    while (next !== undefined && text.charCodeAt(next.start + growth - 1) !== 10) {
      next = this.#blocks[++last + 1];
    }
    const start = this.#blocks[first]?.start ?? this.#windowStart;
    const end = (next?.start ?? this.#windowEnd) + growth;
    const removed = this.#blocks.splice(first, last - first + 1, ...newBlocks(text, start, end));
    this.#removed.push(...removed);
    this.#windowEnd += growth;
    if (growth === 0) return;
    const kept = next === undefined ? -1 : this.#blocks.indexOf(next);
    if (kept >= 0) for (const block of this.#blocks.slice(kept)) block.start += growth;
  }
}

function newBlocks(text: ReadableText, start: number, end: number): Block[] {
  return splitIntoBlocks(text, start, end).map((span) => ({
    ...span,
    segment: undefined,
    rebuilt: undefined,
  }));
}
