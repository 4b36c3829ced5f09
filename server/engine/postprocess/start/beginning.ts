/**
 * What comes before every decision: line ends, a fence, what stands left of the cursor already, leading white
 * space. Found once, when enough of the answer has come to tell, and kept while it grows.
 */
import { toLf } from "../../document.ts";
import type { AnswerFacts } from "../facts.ts";
import { fixIndentation } from "./indentation-style.ts";
import { fixLeadingSpace } from "./leading-space.ts";
import { withoutFence } from "../end/prompt-echo.ts";
import { mayBeWrittenAgain, withoutWrittenAgain } from "./written-again.ts";

export interface Prepared {
  readonly text: string;
  /** More of the answer may change its beginning: nothing is decided yet. */
  readonly isOpen: boolean;
}

/** Reads a growing answer. */
export function answerBeginning(facts: AnswerFacts): (raw: string) => Prepared {
  let settled: { readonly length: number; readonly text: string } | undefined;
  return (raw) => {
    const whole = toLf(raw);
    if (settled !== undefined) {
      const isSame = settled.text === "" && settled.length === 0;
      const text = isSame ? whole : settled.text + whole.slice(settled.length);
      return { text: fixIndentation(text, facts), isOpen: false };
    }
    const unfenced = withoutFence(whole, facts);
    const text = fixLeadingSpace(withoutWrittenAgain(unfenced, facts), facts);
    const isOpen = mayBeWrittenAgain(unfenced, facts) || lacksSecondLine(unfenced, facts);
    if (!isOpen && /\S[^\n]*\n/.test(text)) {
      const tail = sharedEnd(whole, text);
      settled = { length: whole.length - tail, text: text.slice(0, text.length - tail) };
    }
    return { text: fixIndentation(text, facts), isOpen };
  };
}

/** The column of the second line tells where an indented first one belongs. */
function lacksSecondLine(text: string, { site, prompt }: AnswerFacts): boolean {
  if (prompt.mode !== "multiLine" || site.linePrefix.trim() !== "") return false;
  return /^(?:[ \t]*\n)*[ \t]+(?:\S|$)/.test(text) && !/\S[^\n]*\n\s*\S/.test(text);
}

function sharedEnd(one: string, two: string): number {
  let length = 0;
  const most = Math.min(one.length, two.length);
  while (
    length < most &&
    one.charCodeAt(one.length - 1 - length) === two.charCodeAt(two.length - 1 - length)
  )
    length++;
  return length;
}
