/** A place where an edit may be due, and the evidence about it. */
import type { Features } from "../ranking/features.ts";
import type { Rule } from "../rules/rule.ts";
import type { PlaceKind } from "../texts.ts";

/** Lines `[line, line + count)` of a document would become `lines`. */
export interface FoundPlace {
  readonly uri: string;
  readonly line: number;
  readonly count: number;
  readonly lines: readonly string[];
  readonly kind: PlaceKind;
  /** `undefined` where no rule stands behind it: an import whose only use went. */
  readonly rule: Rule | undefined;
  readonly features: Features;
}

export interface Place extends FoundPlace {
  /** What the lines say now. */
  readonly before: readonly string[];
  /** Calibrated: how often such a proposal is what the user wants. */
  readonly probability: number;
}
