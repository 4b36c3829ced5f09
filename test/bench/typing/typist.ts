/** The simulated user, the place where the user types, and what the model answers there. */
import type { CompletionMode } from "../../../server/engine/prompt/prompt.ts";
import {
  modelAnswer,
  type Model,
  type ModelAnswer,
  type ModelLine,
  type ModelPlace,
} from "./model.ts";

export class Typist {
  readonly #model: Model;
  place: Place | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  ask(mode: CompletionMode): ModelAnswer {
    const { place } = this;
    return place === undefined
      ? { text: "", latencyMs: 0 }
      : modelAnswer(this.#model, place.forModel, mode);
  }
}

/** Where in its text the typist is. */
export class Place {
  readonly goal: string;
  readonly #seed: number;
  /** Units of the goal that stand in the document, and wrong ones behind them. */
  position = 0;
  slips = 0;

  constructor(goal: string, seed: number) {
    this.goal = goal;
    this.#seed = seed;
  }

  get state(): number {
    return this.position * 8 + this.slips;
  }

  /** What comes at this place; `undefined` behind a slip. */
  get wanted(): string | undefined {
    return this.slips > 0 ? undefined : this.goal.slice(this.position);
  }

  get forModel(): ModelPlace {
    const start = this.goal.lastIndexOf("\n", this.position - 1) + 1;
    const here = this.#lineAt(start);
    const nextStart = start + here.indentation.length + here.line.length + 1;
    const below = nextStart < this.goal.length ? this.#lineAt(nextStart) : undefined;
    return {
      ...here,
      position: Math.max(0, this.position - start - here.indentation.length),
      next: below && { ...below, lead: `\n${below.indentation}` },
      isSlip: this.slips > 0,
    };
  }

  #lineAt(start: number): ModelLine & { readonly indentation: string } {
    const [whole = ""] = this.goal.slice(start).split("\n", 1);
    const line = whole.trimStart();
    const indentation = whole.slice(0, whole.length - line.length);
    const seed = Math.imul(this.#seed + 1, 0x9e3779b1) ^ Math.imul(start + 1, 0x85ebca6b);
    return { indentation, line, seed };
  }

  /** The same for every policy that comes here. */
  seed(purpose: number): number {
    return Math.imul(this.#seed + purpose, 0x9e3779b1) ^ Math.imul(this.state + 1, 0x85ebca6b);
  }
}
