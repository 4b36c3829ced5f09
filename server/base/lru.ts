/** A map that drops its least recently used entries. It is bounded by number of entries and by a weight in bytes. */
interface LruLimits {
  readonly maxEntries: number;
  /** Most bytes of all entries together. An entry that alone is heavier is not stored. */
  readonly maxBytes?: number;
}

export interface LruOptions<V> extends LruLimits {
  /** Called with each value that is replaced, deleted, evicted or too heavy to be stored; not by `clear`. */
  readonly onDrop?: (value: V) => void;
}

export class LruCache<K, V> {
  /** Map order is recency order: the first key is evicted next. */
  readonly #entries = new Map<K, { value: V; bytes: number }>();
  readonly #limits: LruOptions<V>;
  /** Invariant: the sum of `bytes` over `#entries`. */
  #bytes = 0;

  constructor(limits: LruOptions<V>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Reads without touching recency. */
  peek(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: K, value: V, bytes = 0): void {
    this.delete(key);
    const { maxEntries, maxBytes = Number.POSITIVE_INFINITY } = this.#limits;
    if (bytes > maxBytes || maxEntries < 1) {
      this.#limits.onDrop?.(value);
      return;
    }
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
    this.#limits.onDrop?.(entry.value);
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** From the least to the most recently used. */
  *values(): IterableIterator<V> {
    for (const entry of this.#entries.values()) yield entry.value;
  }
}
