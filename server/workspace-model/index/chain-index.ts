/**
 * Token segments, with one hash chain per context order and the newest place first, as in LZ77. A place is found by
 * the words before it. A walk along its chain meets the most recently added places first. Segments are only
 * appended. A dead segment is overwritten so that it matches nothing; compaction (building a new index) frees its
 * space.
 */
import { contextOrders, RollingContext } from "./context-hash.ts";
import { gapBits, newlineToken, type Token } from "../tokens/tokenizer.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

/** A run of tokens from one owner (a file, or a block of an open document): lead, body, trail. */
export interface Segment<Owner> {
  readonly owner: Owner;
  readonly start: number;
  /** Places `[bodyStart, bodyEnd)` can be found by their context. Lead and trail only provide context. */
  readonly bodyStart: number;
  bodyEnd: number;
  /** Exclusive. */
  end: number;
}

export class ChainIndex<Owner> {
  /** All tokens; segments are fenced by zeros, which match no word. */
  tokens: Int32Array;
  /** Number of places used, including dead ones. Place 0 is a fence. */
  length = 1;
  deadTokens = 0;
  /** Per order: bucket -> newest place + 1; 0 where there is none. */
  readonly heads: readonly Int32Array[];
  /** Per order: place -> next older place + 1 in the same bucket. */
  readonly olderPlaces: Int32Array[];
  readonly bucketMask: number;
  readonly #vocabulary: Vocabulary;
  readonly #context = new RollingContext();
  /** Live segments, sorted by start. */
  readonly #segments: Segment<Owner>[] = [];

  /**
   * `capacity` (in tokens) fixes the number of buckets. The index can grow beyond it; its chains then get longer.
   * `room` is the number of tokens to allocate memory for at once; `growSome` adds the rest.
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

  /** Memory in use. Allocated pages that were never written to do not count: the system does not back them. */
  get usedBytes(): number {
    const perToken = this.tokens.BYTES_PER_ELEMENT * (1 + this.olderPlaces.length);
    return this.length * perToken + this.heads.reduce((sum, head) => sum + head.byteLength, 0);
  }

  get segments(): readonly Segment<Owner>[] {
    return this.#segments;
  }

  /** Begins a segment at the start of a line. `lead` holds the tokens before it in its text. */
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

  /** Appends `source[start, end)` to the body of the last opened segment and links each place into its chains. */
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

  /** Ends a segment. `trail` holds the tokens after it in its text. The body ends with a line end. */
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

  /** Makes the segment's places match nothing. May be called again for a segment that has grown since. */
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

  /** The last segment that starts at or before `place`; 0 if there is none. */
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
   * Makes room for `count` more tokens, growing one array per call because a large one takes a millisecond. Returns
   * false if there is already enough room.
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

/** Per order: the buckets of the tokens being added. */
let spareRows: readonly Int32Array[] = [];

function bucketRows(count: number): readonly Int32Array[] {
  if ((spareRows[0]?.length ?? 0) < count) {
    spareRows = contextOrders.map(() => new Int32Array(count * 2));
  }
  return spareRows;
}

/**
 * Works on one order at a time: its places are far apart in memory, and the processor can wait for many of them at
 * once.
 */
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
