/** Judges a proposal: the author's text at that place, or a step towards it. */
import type { Place } from "../../../server/next-edit/next-edit.ts";
import { tokensOf } from "../../../server/next-edit/rewrite/line-tokens.ts";
import { spansOf } from "../../../server/next-edit/rewrite/spans.ts";
import type { EditedDocument, InsertStep } from "./steps.ts";

export interface Verdict {
  /** The author's text. */
  readonly isExact: boolean;
  /** Exact, or on the way to it. */
  readonly isUseful: boolean;
  /** Something changes there. */
  readonly isPlace: boolean;
  /** The step that adds these lines, from its line `at` on. */
  readonly insertion?: { readonly step: InsertStep; readonly at: number };
}

const wrong: Verdict = { isExact: false, isUseful: false, isPlace: false };

export function judge(place: Place, document: EditedDocument | undefined): Verdict {
  if (document === undefined) return wrong;
  if (place.count === 1 && place.lines.length === 1) return judgeLine(place, document);
  return place.lines.length === 0
    ? judgeDeletion(place, document)
    : judgeInsertion(place, document);
}

export function isSame(one: string, other: string): boolean {
  return one.trimEnd() === other.trimEnd();
}

function judgeLine({ line, lines: [wanted = ""] }: Place, { lines }: EditedDocument): Verdict {
  const here = lines[line];
  if (here === undefined) return wrong;
  const { text, goal } = here;
  if (goal === undefined) return { ...wrong, isPlace: true };
  const isExact = isSame(goal, wanted);
  const isPlace = text.trim() !== goal.trim();
  const isOnTheWay =
    isPlace && distance(text, wanted) + distance(wanted, goal) <= distance(text, goal);
  return { isExact, isUseful: isExact || isOnTheWay, isPlace };
}

function judgeDeletion({ line, count }: Place, { lines }: EditedDocument): Verdict {
  const here = lines.slice(line, line + count);
  const isExact = here.length === count && here.every(({ goal }) => goal === undefined);
  const isPlace = here.some(({ text, goal }) => goal !== text);
  return { isExact, isUseful: isExact, isPlace };
}

function judgeInsertion({ line, lines: wanted }: Place, document: EditedDocument): Verdict {
  const steps = document.insertions.get(document.lines[line]) ?? [];
  for (const step of steps) {
    const { added } = step;
    const isStart = wanted.every((each, index) => isSame(added[index] ?? "\0", each));
    if (!isStart) continue;
    const isExact = added.length === wanted.length;
    return { isExact, isUseful: true, isPlace: true, insertion: { step, at: 0 } };
  }
  return { ...wrong, isPlace: steps.some(({ added }) => added.length > 0) };
}

/** Tokens that differ. */
export function distance(one: string, other: string): number {
  return spansOf(tokensOf(one), tokensOf(other)).reduce(
    (sum, { old, words }) => sum + old.length + words.length,
    0,
  );
}
