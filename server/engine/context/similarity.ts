/**
 * Which stretch of another file looks most like the text at the cursor: the words of both compared as sets
 * (Jaccard), in windows of about 56 lines. Simple on purpose: cleverer rankings gave no measurable gain in
 * the experiments that were published.
 */

/** Words of one file by blocks of lines, made once for each revision. */
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
/** Longer files are generated, or teach no more than their beginning. */
const maxLines = 5000;

/** Indexes a file; yields now and then, so that the caller may go on later. Returns the index. */
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

/** The window of the file that is most like `reference`; `undefined` when the file has no words of it. */
export function mostSimilar(
  reference: ReadonlySet<number>,
  { blocks, lines }: WordIndex,
): SimilarWindow | undefined {
  /** Words of the present window, with the number of its blocks that have them. */
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

/** Lines of the match that are told with what follows it. */
const leadLines = 3;
const followingLines = 18;
const maxLength = 900;

/** What follows the match, with its last lines; `undefined` at a file's end. */
export function textAfter({ lines }: WordIndex, { endLine }: SimilarWindow): string | undefined {
  const following = lines.slice(endLine, endLine + followingLines);
  if (following.join("").trim() === "") return undefined;
  const text = [...lines.slice(Math.max(0, endLine - leadLines), endLine), ...following].join("\n");
  return wholeLines(text, maxLength);
}

/** The first lines of `text` that fit `length` UTF-16 units. */
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
