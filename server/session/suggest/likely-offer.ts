/** How much of a known answer is offered at the cursor: the lines that are likely enough, or nothing. */
import {
  lineProbabilities,
  type LineProbability,
} from "../../engine/confidence/line-probabilities.ts";
import { isLikely, likelyEnd, type Demand } from "../../engine/confidence/likely-text.ts";
import type { CursorText } from "../../engine/cursor-text.ts";
import type { Offer } from "../request/suggestion-cache.ts";

export type Weighed =
  | { readonly kind: "likely"; readonly offer: Offer }
  /** The model says this, and it is not worth showing: asking again would bring the same. */
  | { readonly kind: "unlikely" }
  /** The answer was ended before what is needed now: it has to be asked for. */
  | { readonly kind: "unfinished" };

/** What decides about an offer beside the answer itself. */
export interface Weighing {
  /** `undefined`: everything is offered. */
  readonly demand: Demand | undefined;
  readonly trust: number;
  /** Units of the known text that are shown now, and so stay. */
  readonly shownLength: number;
  /** Lines that are offered at most. */
  readonly maxLines: number | undefined;
}

export function weighOffer(whole: Offer, at: CursorText, weighing: Weighing): Weighed {
  const { demand, trust, shownLength, maxLines } = weighing;
  const offer = maxLines === undefined ? whole : cutAt(whole, at, endOfLines(whole, maxLines));
  const { answer, known, advanced, endLength } = offer;
  const { evidence } = answer;
  if (demand === undefined || evidence === undefined) return { kind: "likely", offer };
  const from = advanced.followedLength;
  const text = known.text.slice(0, endLength);
  const lines = lineProbabilities(text, evidence, from, trust);
  if (answer.isFragment) return fragmentAt(lines, demand);
  const likely = likelyEnd(text, lines, demand, from) ?? 0;
  const end = Math.max(likely, Math.min(shownLength, endLength));
  if (end <= from) return { kind: "unlikely" };
  const first = firstFilled(text, lines, from);
  const probability = lines.find((line) => line.end >= end)?.probability ?? 0;
  const weighed = { ...cutAt(offer, at, end), firstLine: first, probability };
  return { kind: "likely", offer: weighed };
}

/** Only the beginning of a line is known. Once the user has typed the unlikely part, the rest is asked for. */
function fragmentAt(
  lines: readonly LineProbability[],
  { bounds, needsFirstLine }: Demand,
): Weighed {
  const [line] = lines;
  const isWanted = needsFirstLine || (line !== undefined && isLikely(line, bounds));
  return { kind: isWanted ? "unfinished" : "unlikely" };
}

function firstFilled(
  text: string,
  lines: readonly LineProbability[],
  from: number,
): LineProbability | undefined {
  return lines.find(({ end }) => text.slice(from, end).trim() !== "");
}

/** The offer up to the end of its first line that is not blank. It has the same id: they are one suggestion. */
export function firstLineOf(offer: Offer, at: CursorText): Offer {
  return cutAt(offer, at, endOfLines(offer, 1));
}

/** Where the offer's line number `count` ends, counted from its first line that is not blank. */
function endOfLines({ known, advanced, endLength }: Offer, count: number): number {
  const from = advanced.followedLength;
  const text = known.text.slice(from, endLength);
  let end = text.search(/\S/);
  for (let line = 0; line < count && end >= 0; line++) end = text.indexOf("\n", end + 1);
  return end < 0 ? endLength : from + end;
}

/** The offer without the lines behind `end`, which is the end of one. */
function cutAt(offer: Offer, at: CursorText, end: number): Offer {
  const { known, advanced, endLength } = offer;
  if (end >= endLength) return offer;
  const breaks = known.text.slice(advanced.followedLength, end).split("\n").length;
  const firstLines = (text: string): string => text.split("\n").slice(0, breaks).join("\n");
  const insertText = firstLines(advanced.insertText);
  const replaced = at.right.slice(0, advanced.replacedLength);
  const { insertOnlyText } = advanced;
  // What is replaced right of the cursor may stand in a line that is left out; then it stays where it is.
  const isReplaced = replaced !== "" && insertText.includes(replaced);
  const cut = isReplaced
    ? {
        insertText,
        replacedLength: advanced.replacedLength,
        insertOnlyText: insertOnlyText === undefined ? undefined : firstLines(insertOnlyText),
      }
    : { insertText, replacedLength: 0, insertOnlyText: insertText };
  return { ...offer, advanced: { ...advanced, ...cut }, endLength: end };
}
