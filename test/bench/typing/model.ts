/**
 * The answers of the scripted models. They depend only on the seed and the place, so each policy gets the same
 * answer at the same place.
 */
import type { CompletionMode } from "../../../server/engine/prompt/prompt.ts";
import { seededRandom } from "../workspace-model/random.ts";
import { logNormal } from "./keys.ts";

/** `good`: right to the line's end half the time, else part of the way; `pessimistic`: 20 %, else within 3 characters. */
export type ModelName = "good" | "pessimistic";
export const modelNames: readonly ModelName[] = ["good", "pessimistic"];

/**
 * `consistent`: the model changes its mind only where the text has contradicted it, as one without randomness
 * does: asked again on the way there, it says the same. `independent`: every place is drawn independently.
 */
export type Draws = "consistent" | "independent";

export interface Model {
  readonly name: ModelName;
  readonly draws: Draws;
  /** Median of its answer times; sigma 0.3. */
  readonly latencyMs: number;
}

export interface ModelAnswer {
  readonly text: string;
  readonly latencyMs: number;
}

/** A line that the user is going to type, without its indentation, and the seed of what the model thinks of it. */
export interface ModelLine {
  readonly line: string;
  readonly seed: number;
}

/** The place that is asked about. */
export interface ModelPlace extends ModelLine {
  /** What of the line stands there. */
  readonly position: number;
  /** The next line and what leads to it: at a line's end an answer of several lines goes on there. */
  readonly next: (ModelLine & { readonly lead: string }) | undefined;
  /** Wrong keys stand behind it. */
  readonly isSlip: boolean;
}

/** Wrong text that no source has, as long as what it stands for. */
const wrongText = "qqxz_wrong_answer ";
/** Answers that are right to the end of the line, and how many characters the others are right for at most. */
const shareRight: Readonly<Record<ModelName, number>> = { good: 0.5, pessimistic: 0.2 };
const longestRight: Readonly<Record<ModelName, number>> = {
  good: Number.POSITIVE_INFINITY,
  pessimistic: 3,
};

export function modelAnswer(model: Model, place: ModelPlace, mode: CompletionMode): ModelAnswer {
  const { seed, position, line, next, isSlip } = place;
  const latencyMs = logNormal(model.latencyMs, 0.3, seededRandom(seed ^ position));
  if (isSlip) return { text: wrong(12), latencyMs };
  if (position >= line.length && mode === "multiLine" && next !== undefined) {
    return { text: next.lead + restOfLine(model, next, 0), latencyMs };
  }
  return { text: restOfLine(model, place, position), latencyMs };
}

function restOfLine(model: Model, { line, seed }: ModelLine, position: number): string {
  const mistake = rightUntil(model, seed, line.length, position);
  return line.slice(position, mistake) + wrong(line.length - mistake);
}

/** How far in its line the model is right when it is asked at `position`. */
function rightUntil(
  { name, draws }: Model,
  seed: number,
  length: number,
  position: number,
): number {
  const isConsistent = draws === "consistent";
  const random = seededRandom(isConsistent ? seed : seed ^ Math.imul(position + 1, 0x85ebca6b));
  let at = isConsistent ? 0 : position;
  for (;;) {
    if (random() < shareRight[name]) return length;
    const mistake = at + Math.floor(random() * Math.min(longestRight[name], length - at));
    if (mistake >= position || mistake >= length) return mistake;
    at = mistake + 1;
  }
}

function wrong(length: number): string {
  return wrongText.repeat(Math.ceil(length / wrongText.length)).slice(0, Math.max(0, length));
}
