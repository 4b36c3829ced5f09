/**
 * Finds the part of another file that looks most like the text at the cursor. Compares sets of words (Jaccard) in
 * windows of about 56 lines. Simple on purpose: in published experiments, more complex rankings gave no measurable
 * gain.
 */

/** The words of one file, by blocks of lines. Built once per revision. */
export interface WordIndex {
  readonly lines: readonly string[];
  /** Distinct words of each block, hashed. */
  readonly blocks: readonly Int32Array[];
}

export interface SimilarWindow {
  /** 0 to 1. */
  readonly score: number;
  /** First line after the window. */
  readonly endLine: number;
}

const blockLines = 8;
const windowBlocks = 7;
/** Lines before the cursor that are compared. */
export const referenceLines = blockLines * windowBlocks;
/** A longer file is generated, or its beginning teaches enough. */
const maxLines = 5000;

/** Indexes a file and returns the index. Yields at intervals, so that the caller can continue later. */
export function* indexWords(text: string): Generator<undefined, WordIndex> {
  const lines = text.split("\n", maxLines);
  const blocks: Int32Array[] = [];
  for (let start = 0; start < lines.length; start += blockLines) {
    blocks.push(Int32Array.from(wordsOf(lines.slice(start, start + blockLines).join("\n"))));
    if (blocks.length % 64 === 0) yield;
  }
  return { lines, blocks };
}

/** Distinct words of `text`, hashed to 32 bits. */
export function wordsOf(text: string): ReadonlySet<number> {
  const words = new Set<number>();
  let hash = 0;
  let length = 0;
  for (let index = 0; index <= text.length; index++) {
    const unit = index < text.length ? text.charCodeAt(index) : 32;
    if (isWordUnit(unit)) {
      hash = (Math.imul(hash, 31) + unit) | 0;
      length++;
    } else {
      if (length > 1) words.add(hash);
      hash = 0;
      length = 0;
    }
  }
  return words;
}

/** The window of the file that is most similar to `reference`; `undefined` if the file has none of its words. */
export function mostSimilar(
  reference: ReadonlySet<number>,
  { blocks, lines }: WordIndex,
): SimilarWindow | undefined {
  /** Words of the current window, each with the number of blocks that contain it. */
  const counts = new Map<number, number>();
  let common = 0;
  let best: SimilarWindow | undefined;
  for (const [index, block] of blocks.entries()) {
    for (const word of block) {
      const count = counts.get(word) ?? 0;
      counts.set(word, count + 1);
      if (count === 0 && reference.has(word)) common++;
    }
    for (const word of blocks[index - windowBlocks] ?? []) {
      const count = counts.get(word) ?? 1;
      if (count > 1) counts.set(word, count - 1);
      else {
        counts.delete(word);
        if (reference.has(word)) common--;
      }
    }
    const score = common / (reference.size + counts.size - common);
    const endLine = Math.min(lines.length, (index + 1) * blockLines);
    if (score > (best?.score ?? 0)) best = { score, endLine };
  }
  return best;
}

/** How many lines of the match are kept before the text that follows it. */
const leadLines = 3;
const followingLines = 18;
const maxLength = 900;

/** The text after the match, with the match's last lines; `undefined` at the end of a file. */
export function textAfter({ lines }: WordIndex, { endLine }: SimilarWindow): string | undefined {
  const following = lines.slice(endLine, endLine + followingLines);
  if (following.join("").trim() === "") return undefined;
  const text = [...lines.slice(Math.max(0, endLine - leadLines), endLine), ...following].join("\n");
  return wholeLines(text, maxLength);
}

/** The first lines of `text` that fit into `length` UTF-16 units. */
export function wholeLines(text: string, length: number): string {
  if (text.length <= length) return text.trimEnd();
  return text.slice(0, text.lastIndexOf("\n", length)).trimEnd();
}

function isWordUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 95 ||
    unit === 36 ||
    unit >= 0xc0
  );
}
