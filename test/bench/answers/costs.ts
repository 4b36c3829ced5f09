/** What processing costs. Each case runs several times and the fastest run counts, because other programs run too. */
import { answerReader } from "../../../server/engine/postprocess/index.ts";
import type { Hole } from "./holes.ts";
import { asked, pieces, untilStop } from "./run.ts";

export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

const repetitions = 7;

/** Best of some runs of `work`. */
export function bestMs(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < repetitions; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, two) => one - two);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
}

/** All of an answer's processing: preparing the reader, every piece as it comes, the result. */
export function processingMs(hole: Hole, answer: string, maxTokens: number): number {
  const { site, prompt } = asked(hole);
  const all = pieces(untilStop(prompt, answer)).slice(0, maxTokens);
  return bestMs(() => {
    const reader = answerReader(site, prompt);
    // The stream goes on to its end here: an answer that nothing stops is the dearest.
    for (const piece of all) reader.push(piece);
    reader.finish("stop");
  });
}
