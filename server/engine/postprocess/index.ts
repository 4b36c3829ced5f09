/**
 * From what the model writes to what is offered. The steps run in the order of `steps`; those that find
 * an end run while the answer streams, so that the stream is stopped as soon as nothing more can matter.
 */
import type { DropReason } from "../outcome.ts";
import type { FimPrompt } from "../prompt/prompt.ts";
import type { CompletionSite } from "../site.ts";
import { answerBeginning } from "./start/beginning.ts";
import { stopAtBlockEnd } from "./end/block-end.ts";
import { stopAtUnderflow } from "./end/bracket-underflow.ts";
import { stopAtChatAnswer } from "./end/chat-answer.ts";
import { placeCloser } from "./end/closer-column.ts";
import { dropEmpty } from "./drop/drop-empty.ts";
import { answerFacts, type AnswerFacts, type LastEdit } from "./facts.ts";
import { separateLine } from "./start/line-before.ts";
import { stopAtLineEnd } from "./end/line-end.ts";
import { stopAtPromptEcho } from "./end/prompt-echo.ts";
import { dropRepeatedLine } from "./drop/repeated-line.ts";
import { stopAtRepetition } from "./end/repetition.ts";
import { mayEndInSentinel, stopAtSentinel } from "./end/sentinel.ts";
import { dropSnippetEcho } from "./drop/snippet-echo.ts";
import type { AnswerEnd, Cut, CutStep, Draft, Step, StepTrace } from "./step.ts";
import { overlapSuffix } from "./end/suffix-overlap.ts";
import { stopAtSuffix } from "./end/suffix-start.ts";
import { trimTrailingBlanks } from "./end/trailing-blanks.ts";
import { dropUndoneEdit } from "./drop/undone-edit.ts";
import { cutUnfinished } from "./end/unfinished.ts";
import { dropUnsafeText, stopAtHalfCharacter } from "./drop/unsafe-text.ts";

export type { LastEdit } from "./facts.ts";
export type { AnswerEnd, StepTrace } from "./step.ts";

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
      /** Finished lines that the model wrote after `insertText`, where they are a continuation; else "". */
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
  finish(finishReason: AnswerEnd): AnswerResult;
  /** All that has come, as the model wrote it. */
  readonly raw: string;
}

/** The ordered list. Each step is a file of its own. */
const steps: readonly Step[] = [
  stopAtHalfCharacter,
  stopAtSentinel,
  stopAtChatAnswer,
  stopAtPromptEcho,
  stopAtLineEnd,
  stopAtSuffix,
  stopAtBlockEnd,
  stopAtRepetition,
  stopAtUnderflow,
  overlapSuffix,
  placeCloser,
  trimTrailingBlanks,
  separateLine,
  dropEmpty,
  dropRepeatedLine,
  dropSnippetEcho,
  dropUndoneEdit,
  dropUnsafeText,
];

const cutSteps = steps.filter((step): step is CutStep => step.kind === "cut");

/** Reads one answer. Splitting it into other pieces gives the same result. */
export function answerReader(
  site: CompletionSite,
  prompt: FimPrompt,
  options: AnswerOptions = {},
): AnswerReader {
  const facts = answerFacts(site, prompt, options);
  const prepare = answerBeginning(facts);
  let raw = "";
  let isEnough = false;
  let pieces = 0;
  /** Only the first word has come on the present line: its end may decide. */
  let isAtLineStart = true;
  let checked: Checked | undefined;
  const check = (): Checked => {
    if (checked?.raw === raw) return checked;
    const { text, isOpen } = prepare(raw);
    return (checked = { raw, text, cut: isOpen ? undefined : firstCut(text, facts) });
  };
  return {
    get raw() {
      return raw;
    },
    push(piece) {
      raw += piece;
      pieces += 1;
      if (isEnough) return true;
      const wasAtLineStart = isAtLineStart;
      isAtLineStart = /(?:^|\n)[ \t]*\w*$/.test(raw.slice(-lineStartReach));
      const mayDecide =
        /[\n\r]/.test(piece) ||
        (wasAtLineStart && !isAtLineStart) ||
        raw.length - (checked?.raw.length ?? 0) >= checkInterval ||
        mayEndInSentinel(raw, piece, facts.sentinels);
      if (!mayDecide) return false;
      isEnough = check().cut !== undefined;
      return isEnough;
    },
    finish(finishReason) {
      const trace: StepTrace[] | undefined = options.isTraced === true ? [] : undefined;
      // A stream that was stopped, by us or by a limit, ends wherever its last piece did; one piece is all of it.
      const isCutShort = (isEnough && pieces > 1) || finishReason !== "stop";
      const result = runSteps(check(), facts, { finishReason, isCutShort }, trace);
      return trace === undefined ? result : { ...result, steps: trace };
    },
  };
}

/** Decisions that fall inside of a line, as on a circle of characters, are looked for so often. */
const checkInterval = 64;
/** A line's indentation and first word are no longer. */
const lineStartReach = 120;

interface Checked {
  readonly raw: string;
  /** Prepared. */
  readonly text: string;
  readonly cut: DecidedCut | undefined;
}

type DecidedCut = Cut & { readonly step: CutStep };

/** The cut that the shortest beginning of the text decides, so that the size of the pieces does not matter. */
function firstCut(text: string, facts: AnswerFacts): DecidedCut | undefined {
  let first: DecidedCut | undefined;
  for (const step of cutSteps) {
    const cut = step.findCut(text, facts, false);
    if (cut === undefined || (first !== undefined && cut.decidedAt >= first.decidedAt)) continue;
    first = { ...cut, step };
  }
  return first;
}

function runSteps(
  { text, cut: decided }: Checked,
  facts: AnswerFacts,
  { finishReason, isCutShort }: { readonly finishReason: AnswerEnd; readonly isCutShort: boolean },
  trace: StepTrace[] | undefined,
): AnswerResult {
  if (finishReason === "error") return { kind: "dropped", reason: "finishError" };
  let draft: Draft = { text, replacedLength: 0, endsLine: false, rest: "" };
  trace?.push({ step: "leading space", draft });
  if (decided === undefined) draft = cutUnfinished(draft, finishReason);
  // The rest runs on what the deciding step left, so that a longer answer gives nothing else.
  for (const step of decided === undefined ? steps : [decided.step, ...steps]) {
    const isDeciding = step === decided?.step && draft.text === text;
    const next = isDeciding ? cutDraft(draft, decided, step) : runStep(step, draft, facts);
    if (typeof next === "string") {
      trace?.push({ step: step.name, dropped: next });
      return { kind: "dropped", reason: next };
    }
    draft = next;
    trace?.push({ step: step.name, draft });
  }
  const { replacedLength } = draft;
  const isFragment = isCutShort && decided !== undefined;
  const rest = isFragment ? wholeLines(draft.rest) : draft.rest;
  const insertOnlyText = withoutReplaced(draft, facts.site);
  return { kind: "kept", insertText: draft.text, replacedLength, insertOnlyText, rest };
}

function wholeLines(text: string): string {
  return text.slice(0, Math.max(0, text.lastIndexOf("\n")));
}

function runStep(step: Step, draft: Draft, facts: AnswerFacts): Draft | DropReason {
  if (step.kind === "edit") return step.apply(draft, facts);
  const cut = step.findCut(draft.text, facts, true);
  return cut === undefined ? draft : cutDraft(draft, cut, step);
}

function cutDraft(draft: Draft, { end, isContinued }: Cut, step: CutStep): Draft | DropReason {
  const text = draft.text.slice(0, end);
  if (text.trim() === "") return step.dropReason;
  const rest = isContinued ? draft.text.slice(end) + draft.rest : "";
  const endsLine = draft.text.charAt(end) === "\n" || (draft.endsLine && end === draft.text.length);
  return { ...draft, text, endsLine, rest };
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
