/**
 * From what the model writes to what is offered. The steps run in the order of `steps`; those that find
 * an end run while the answer streams, so that the stream is stopped as soon as nothing more can matter.
 */
import { toLf } from "../document.ts";
import type { DropReason } from "../outcome.ts";
import type { FimPrompt } from "../prompt.ts";
import type { CompletionSite } from "../site.ts";
import { surroundings } from "../surroundings.ts";
import { dropEmpty } from "./drop-empty.ts";
import { fixLeadingSpace } from "./leading-space.ts";
import { stopAtLineEnd } from "./line-end.ts";
import { stopAtSentinel } from "./sentinel.ts";
import type { AnswerFacts, Cut, CutStep, Draft, LastEdit, Step, StepTrace } from "./step.ts";
import { overlapSuffix } from "./suffix-overlap.ts";
import { trimTrailingBlanks } from "./trailing-blanks.ts";

export type { LastEdit, StepTrace } from "./step.ts";

export interface AnswerOptions {
  /** Special tokens of the model's family, beside those that no text contains by chance. */
  readonly sentinels?: readonly string[];
  readonly lastEdit?: LastEdit;
  /** Records what each step did. */
  readonly isTraced?: boolean;
}

export type AnswerResult =
  | {
      readonly kind: "kept";
      readonly insertText: string;
      readonly replacedLength: number;
      /** As in `Suggestion`. */
      readonly insertOnlyText: string | undefined;
      /** What the model wrote after `insertText`, where it is a continuation; else "". */
      readonly rest: string;
      readonly steps?: readonly StepTrace[];
    }
  | {
      readonly kind: "dropped";
      readonly reason: DropReason;
      readonly steps?: readonly StepTrace[];
    };

export interface AnswerReader {
  /** Takes the next piece; true when nothing that follows can matter: stop the stream. */
  push(piece: string): boolean;
  /** The result of what has come so far; may be called on a partial answer, and again after more pieces. */
  finish(finishReason: "stop" | "length" | "error" | "truncated"): AnswerResult;
  /** All that has come, as the model wrote it. */
  readonly raw: string;
}

/** The ordered list. Each step is a file of its own. */
const steps: readonly Step[] = [
  stopAtSentinel,
  stopAtLineEnd,
  overlapSuffix,
  trimTrailingBlanks,
  dropEmpty,
];

const cutSteps = steps.filter((step): step is CutStep => step.kind === "cut");

/** Reads one answer. Splitting it into other pieces gives the same result. */
export function answerReader(
  site: CompletionSite,
  prompt: FimPrompt,
  options: AnswerOptions = {},
): AnswerReader {
  const facts: AnswerFacts = {
    site,
    around: surroundings(site),
    prompt,
    sentinels: options.sentinels ?? [],
    lastEdit: options.lastEdit,
  };
  let raw = "";
  let isEnough = false;
  return {
    get raw() {
      return raw;
    },
    push(piece) {
      if (piece === "") return isEnough;
      raw += piece;
      if (isEnough) return true;
      const text = prepare(raw, facts);
      isEnough = cutSteps.some((step) => step.findCut(text, facts, false) !== undefined);
      return isEnough;
    },
    finish(finishReason) {
      const trace: StepTrace[] | undefined = options.isTraced === true ? [] : undefined;
      const result = runSteps(raw, facts, finishReason, trace);
      return trace === undefined ? result : { ...result, steps: trace };
    },
  };
}

/** Line ends and leading white space: what comes before every decision. */
function prepare(raw: string, facts: AnswerFacts): string {
  return fixLeadingSpace(toLf(raw), facts);
}

function runSteps(
  raw: string,
  facts: AnswerFacts,
  finishReason: Parameters<AnswerReader["finish"]>[0],
  trace: StepTrace[] | undefined,
): AnswerResult {
  if (finishReason === "error") return { kind: "dropped", reason: "finishError" };
  let draft: Draft = { text: prepare(raw, facts), replacedLength: 0, rest: "" };
  trace?.push({ step: "leading space", draft });
  for (const step of steps) {
    const next = runStep(step, draft, facts);
    if (typeof next === "string") {
      trace?.push({ step: step.name, dropped: next });
      return { kind: "dropped", reason: next };
    }
    draft = next;
    trace?.push({ step: step.name, draft });
  }
  const { text, replacedLength, rest } = draft;
  const insertOnlyText = withoutReplaced(draft, facts.site);
  return { kind: "kept", insertText: text, replacedLength, insertOnlyText, rest };
}

function runStep(step: Step, draft: Draft, facts: AnswerFacts): Draft | DropReason {
  if (step.kind === "edit") return step.apply(draft, facts);
  const cut = step.findCut(draft.text, facts, true);
  return cut === undefined ? draft : cutDraft(draft, cut);
}

function cutDraft(draft: Draft, { end, isContinued }: Cut): Draft {
  const rest = isContinued ? draft.text.slice(end) + draft.rest : "";
  return { ...draft, text: draft.text.slice(0, end), rest };
}

/** The same edit for a client that cannot replace: without what stands right of the cursor already. */
function withoutReplaced(
  { text, replacedLength }: Draft,
  site: CompletionSite,
): string | undefined {
  if (replacedLength === 0) return text;
  const replaced = site.lineSuffix.slice(0, replacedLength);
  if (!text.endsWith(replaced)) return undefined;
  return text.slice(0, text.length - replacedLength) || undefined;
}
