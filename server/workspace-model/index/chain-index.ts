/**
 * Token segments with one hash chain per context order, newest place first, as in LZ77: a place is found by
 * the words before it, and a walk along its chain meets the most recently added places first. Segments are
 * appended; a dead one is overwritten, so that it matches nothing, and its room comes back by compaction
 * (building a new index).
 */
import { contextOrders, RollingContext } from "./context-hash.ts";
import { gapBits, newlineToken, type Token } from "../tokens/tokenizer.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

/** A run of tokens from one owner (a file, or a block of an open document): lead, body, trail. */
export interface Segment<Owner> {
  readonly owner: Owner;
  readonly start: number;
  /** Places `[bodyStart, bodyEnd)` are found by their context; lead and trail only give context. */
  readonly bodyStart: number;
  bodyEnd: number;
  /** Exclusive. */
  end: number;
}

export class ChainIndex<Owner> {
  /** All tokens; segments are fenced by zeros, which match no word. */
  tokens: Int32Array;
  /** Places used, dead ones included; place 0 is a fence. */
  length = 1;
  deadTokens = 0;
  /** Per order: bucket -> newest place + 1; 0 where there is none. */
  readonly heads: readonly Int32Array[];
  /** Per order: place -> next older place + 1 of the same bucket. */
  readonly olderPlaces: Int32Array[];
  readonly bucketMask: number;
  readonly #vocabulary: Vocabulary;
  readonly #context = new RollingContext();
  /** Live segments by rising start. */
  readonly #segments: Segment<Owner>[] = [];

  /**
   * Buckets are fixed by `capacity` (tokens); beyond it the index grows, with longer chains. `room`: how many of
   * them there is memory for at once, the rest comes by `growSome`.
   */
  constructor(vocabulary: Vocabulary, capacity: number, room: number = capacity) {
    this.#vocabulary = vocabulary;
    const bucketBits = Math.max(8, Math.floor(Math.log2(capacity)) - 2);
    this.bucketMask = 2 ** bucketBits - 1;
    this.heads = contextOrders.map(() => new Int32Array(2 ** bucketBits));
    this.tokens = new Int32Array(room);
    this.olderPlaces = contextOrders.map(() => new Int32Array(room));
  }

  get liveTokens(): number {
    return this.length - 1 - this.deadTokens;
  }

  get capacity(): number {
    return this.tokens.length;
  }

  /** Memory that holds something: room not written to is not backed by pages. */
  get usedBytes(): number {
    const perToken = this.tokens.BYTES_PER_ELEMENT * (1 + this.olderPlaces.length);
    return this.length * perToken + this.heads.reduce((sum, head) => sum + head.byteLength, 0);
  }

  get segments(): readonly Segment<Owner>[] {
    return this.#segments;
  }

  /** Begins a segment at a line's start; `lead`: the tokens that precede it in its text. */
  open(owner: Owner, lead?: Int32Array): Segment<Owner> {
    this.#reserve((lead?.length ?? 0) + 2);
    const start = this.length;
    this.#context.restart();
    this.tokens[this.length++] = 0;
    if (lead !== undefined && lead.length > 0) for (const token of lead) this.#write(token);
    else this.#write(newlineToken);
    const bodyStart = this.length;
    const segment = { owner, start, bodyStart, bodyEnd: bodyStart, end: bodyStart };
    this.#segments.push(segment);
    return segment;
  }

  /** Appends `source[start, end)` to the body of the segment opened last, linking each place into its chains. */
  extend(segment: Segment<Owner>, source: Int32Array, start: number, end: number): void {
    const count = end - start;
    this.#reserve(count);
    const first = this.length;
    const { bucketMask } = this;
    const { hashes } = this.#context;
    const rows = bucketRows(count);
    for (let at = 0; at < count; at++) {
      for (let order = 0; order < rows.length; order++) {
        (rows[order] as Int32Array)[at] = (hashes[order] as number) & bucketMask;
      }
      this.#write(source[start + at] as Token);
    }
    for (let order = 0; order < rows.length; order++) {
      const head = this.heads[order] as Int32Array;
      const older = this.olderPlaces[order] as Int32Array;
      link(head, older, (rows[order] as Int32Array).subarray(0, count), first);
    }
    segment.bodyEnd = this.length;
    segment.end = this.length;
  }

  /** Ends a segment; `trail`: the tokens that follow it in its text. The body ends with a line end. */
  close(segment: Segment<Owner>, trail?: Int32Array): void {
    const count = trail?.length ?? 0;
    this.#reserve(count + 1);
    if (trail !== undefined) this.tokens.set(trail, this.length);
    this.length += count;
    this.tokens[this.length++] = 0;
    segment.end = this.length;
  }

  /** Appends a live segment of another index. */
  copy(from: ChainIndex<Owner>, segment: Segment<Owner>): Segment<Owner> {
    const { tokens } = from;
    const copied = this.open(segment.owner, tokens.subarray(segment.start + 1, segment.bodyStart));
    this.extend(copied, tokens, segment.bodyStart, segment.bodyEnd);
    this.close(copied, tokens.subarray(segment.bodyEnd, segment.end - 1));
    return copied;
  }

  /** Makes its places match nothing. May be said again of a segment that has grown since. */
  kill(segment: Segment<Owner>): void {
    const at = this.#segmentIndex(segment.start);
    if (this.#segments[at] === segment) this.#segments.splice(at, 1);
    this.tokens.fill(0, segment.start, segment.end);
    this.deadTokens += segment.end - segment.start;
  }

  /** The live segment that holds a place. */
  segmentAt(place: number): Segment<Owner> | undefined {
    const segment = this.#segments[this.#segmentIndex(place)];
    return segment !== undefined && place < segment.end ? segment : undefined;
  }

  #write(token: Token): void {
    const word = token >> gapBits;
    this.tokens[this.length++] = token;
    this.#context.push(word, this.#vocabulary.isIdentifier(word));
  }

  /** The last segment that starts at or before `place`; 0 when there is none. */
  #segmentIndex(place: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle] as Segment<Owner>).start <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * Makes room for `count` more tokens, of one array at a call: a large one takes a millisecond. False when there is
   * enough.
   */
  growSome(count: number): boolean {
    const needed = this.length + count;
    if (needed <= this.tokens.length) return false;
    const capacity = Math.max(needed, Math.ceil(this.tokens.length * 1.5));
    const at = this.olderPlaces.findIndex((places) => places.length < needed);
    const places = this.olderPlaces[at];
    if (places === undefined) this.tokens = grown(this.tokens, this.length, capacity);
    else this.olderPlaces[at] = grown(places, this.length, capacity);
    return true;
  }

  #reserve(count: number): void {
    while (this.growSome(count));
  }
}

/** Per order: the buckets of the tokens that are being added. */
let spareRows: readonly Int32Array[] = [];

function bucketRows(count: number): readonly Int32Array[] {
  if ((spareRows[0]?.length ?? 0) < count) {
    spareRows = contextOrders.map(() => new Int32Array(count * 2));
  }
  return spareRows;
}

/** Of one order at a time: its places are far apart, and a processor waits for many of them at once. */
function link(head: Int32Array, older: Int32Array, buckets: Int32Array, first: number): void {
  for (let at = 0; at < buckets.length; at++) {
    const bucket = buckets[at] as number;
    older[first + at] = head[bucket] as number;
    head[bucket] = first + at + 1;
  }
}

function grown(array: Int32Array, length: number, capacity: number): Int32Array {
  const copy = new Int32Array(capacity);
  copy.set(array.subarray(0, length));
  return copy;
}
