/** What the steps of post-processing share: the draft that they pass on, and what a step is. */
import type { DropReason } from "../outcome.ts";
import type { AnswerFacts } from "./facts.ts";

/** How the model's text ended. `truncated`: the stream ended without saying why. */
export type AnswerEnd = "stop" | "length" | "error" | "truncated";

export interface Draft {
  /** LF line ends; starts at the cursor. */
  readonly text: string;
  /** UTF-16 units right of the cursor that `text` contains and replaces. */
  readonly replacedLength: number;
  /** The model ended `text`'s last line. */
  readonly endsLine: boolean;
  /** What the model wrote after `text` and would be offered after it; "" where that is of no use. */
  readonly rest: string;
}

/** Where an answer ends. */
export interface Cut {
  /** Index in the text: what is kept ends here. */
  readonly end: number;
  /** Length of the shortest beginning of the text that decides it: later pieces change nothing. */
  readonly decidedAt: number;
  /** What follows is a continuation worth keeping for later, not a mistake. */
  readonly isContinued: boolean;
}

/** A step that finds an answer's end. */
export interface CutStep {
  readonly kind: "cut";
  readonly name: string;
  /** Why the answer is dropped when nothing is left before its end. */
  readonly dropReason: DropReason;
  /**
   * The end that is decided first, as soon as it is certain: for a beginning of an answer (`isComplete`
   * false) exactly what the whole would give, or `undefined`.
   */
  findCut(text: string, facts: AnswerFacts, isComplete: boolean): Cut | undefined;
}

/** A step that changes or drops an answer whose end is known. */
export interface EditStep {
  readonly kind: "edit";
  readonly name: string;
  apply(draft: Draft, facts: AnswerFacts): Draft | DropReason;
}

export type Step = CutStep | EditStep;

/** What one step did, for `complete --explain`. */
export interface StepTrace {
  readonly step: string;
  /** Absent when the step dropped the answer. */
  readonly draft?: Draft;
  readonly dropped?: DropReason;
}
