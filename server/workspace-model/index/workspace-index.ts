/**
 * The workspace's source files as chain indexes. Each language family has a row of shards, nearest or newest first.
 * A shard is small enough to be compacted on its own.
 */
import { ChainIndex, type Segment } from "./chain-index.ts";
import { FileTree } from "./file-tree.ts";
import type { IndexedFile } from "./indexed-file.ts";
import type { LanguageFamily } from "../../engine/languages/language.ts";
import { splitIntoBlocks } from "./line-blocks.ts";
import { newlineToken, TokenBuffer, tokenize } from "../tokens/tokenizer.ts";
import type { TimeSlices } from "../time-slices.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

type Shard = ChainIndex<IndexedFile>;

interface Location {
  readonly file: IndexedFile;
  shard: Shard;
  segment: Segment<IndexedFile>;
}

/** Tokens in a family's first shard. Each next shard is twice as large, so near files are in small shards. */
const smallestShard = 2 ** 15;
const largestShard = 2 ** 19;
/** Tokens copied in one step: a few tenths of a millisecond. */
const tokensInStep = 2048;
/** A shard is rebuilt once this share of it is dead. */
const compactionShare = 0.35;

export class WorkspaceIndex {
  readonly #vocabulary: Vocabulary;
  readonly #slices: TimeSlices;
  readonly #buffer = new TokenBuffer();
  readonly #shards = new Map<LanguageFamily, Shard[]>();
  readonly #locations = new FileTree<Location>();
  #oldest: IndexedFile | undefined;
  #newest: IndexedFile | undefined;
  #bytes = 0;

  constructor(vocabulary: Vocabulary, slices: TimeSlices) {
    this.#vocabulary = vocabulary;
    this.#slices = slices;
  }

  /** Size of the source text. */
  get bytes(): number {
    return this.#bytes;
  }

  get fileCount(): number {
    return this.#locations.size;
  }

  /** The family's indexes, in the order to search them. */
  shards(family: LanguageFamily): readonly Shard[] {
    return this.#shards.get(family) ?? [];
  }

  /** The files, those indexed longest ago first. Files may be added and removed during iteration. */
  *files(): IterableIterator<IndexedFile> {
    for (let file = this.#oldest; file !== undefined; file = file.newer) {
      if (this.file(file.path) === file) yield file;
    }
  }

  pathsBelow(folder: string): IterableIterator<string> {
    return this.#locations.below(folder);
  }

  file(path: string): IndexedFile | undefined {
    return this.#locations.get(path)?.file;
  }

  get tokens(): number {
    return this.allShards.reduce((sum, shard) => sum + shard.liveTokens, 0);
  }

  get allShards(): readonly Shard[] {
    return [...this.#shards.values()].flat();
  }

  /**
   * Adds or replaces one file, in slices. `isChange`: the user is working in the file, so its shard is searched
   * first.
   */
  async add(file: IndexedFile, text: string, isChange: boolean): Promise<void> {
    this.remove(file.path);
    const shard = this.#shardFor(file.family, Math.ceil(text.length / 2) + 2, isChange);
    const segment = shard.open(file);
    this.#locations.set(file.path, { file, shard, segment });
    this.#append(file);
    this.#bytes += file.bytes;
    for (const { start, length } of splitIntoBlocks(text, 0, text.length)) {
      if (this.#slices.isOver) await this.#slices.next();
      this.#buffer.clear();
      tokenize(this.#vocabulary, text, start, start + length, this.#buffer);
      if (this.#buffer.tokens[this.#buffer.length - 1] !== newlineToken) {
        this.#buffer.push(newlineToken);
      }
      while (shard.growSome(this.#buffer.length + 1)) {
        if (this.#slices.isOver) await this.#slices.next();
      }
      shard.extend(segment, this.#buffer.tokens, 0, this.#buffer.length);
    }
    shard.close(segment);
    // The file was removed while it was being written: what was written after the removal is dead too.
    if (this.#locations.get(file.path)?.segment !== segment) shard.kill(segment);
  }

  remove(path: string): void {
    const location = this.#locations.get(path);
    if (location === undefined) return;
    this.#locations.delete(path);
    this.#unlink(location.file);
    this.#bytes -= location.file.bytes;
    location.shard.kill(location.segment);
  }

  /** Frees the space of dead segments, in slices. Must not be called while `add` runs. */
  async compact(): Promise<void> {
    for (const [family, shards] of this.#shards) {
      for (const shard of shards.slice()) {
        if (shard.deadTokens < shard.length * compactionShare) continue;
        const fresh = shard.segments.length === 0 ? undefined : await this.#rebuilt(shard);
        const now = this.#shards.get(family) ?? [];
        const others = now.flatMap((each) => (each === shard ? (fresh ?? []) : each));
        this.#shards.set(family, others);
      }
    }
  }

  async #rebuilt(shard: Shard): Promise<Shard> {
    const capacity = shard.liveTokens + smallestShard;
    const fresh: Shard = new ChainIndex(this.#vocabulary, capacity, 1);
    while (fresh.growSome(capacity - fresh.length)) {
      if (this.#slices.isOver) await this.#slices.next();
    }
    const moved: Location[] = [];
    for (const segment of shard.segments.slice()) {
      if (this.#slices.isOver) await this.#slices.next();
      const location = this.#locations.get(segment.owner.path);
      if (location?.segment !== segment) continue;
      const copy = await this.#copied(shard, segment, fresh);
      moved.push({ file: location.file, shard: fresh, segment: copy });
    }
    await this.#slices.next();
    for (const { file, segment } of moved) {
      const location = this.#locations.get(file.path);
      if (location?.shard === shard && location.file === file) {
        location.shard = fresh;
        location.segment = segment;
      } else fresh.kill(segment);
    }
    return fresh;
  }

  #append(file: IndexedFile): void {
    file.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = file;
    else this.#newest.newer = file;
    this.#newest = file;
  }

  /** The unlinked file keeps its own links, because an iteration may be standing on it. */
  #unlink({ older, newer }: IndexedFile): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  /** In slices: one file may be too large for one turn of the event loop. */
  async #copied(from: Shard, { owner, bodyStart, bodyEnd }: Segment<IndexedFile>, to: Shard) {
    const copy = to.open(owner);
    for (let start = bodyStart; start < bodyEnd; start += tokensInStep) {
      if (this.#slices.isOver) await this.#slices.next();
      to.extend(copy, from.tokens, start, Math.min(bodyEnd, start + tokensInStep));
    }
    to.close(copy);
    return copy;
  }

  #shardFor(family: LanguageFamily, tokens: number, isChange: boolean): Shard {
    const shards = this.#shards.get(family) ?? [];
    this.#shards.set(family, shards);
    const open = isChange ? shards[0] : shards.at(-1);
    if (open !== undefined && open.length + tokens <= open.capacity) return open;
    const largest = Math.max(smallestShard / 2, ...shards.map(({ capacity }) => capacity));
    const wanted = isChange ? smallestShard : Math.min(largestShard, largest * 2);
    const shard: Shard = new ChainIndex(this.#vocabulary, Math.max(wanted, tokens * 2));
    if (isChange) shards.unshift(shard);
    else shards.push(shard);
    return shard;
  }
}
