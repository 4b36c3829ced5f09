/**
 * Ends an answer where the model thinks aloud or talks to a person, as chat models do that cannot fill in the middle.
 * Weak evidence passes: prose is right in comments, strings, markup and documents, and a tag where the file has it.
 */
import { scanBrackets } from "../../syntax/brackets.ts";
import { stateAt } from "../../syntax/closers.ts";
import type { AnswerFacts } from "../facts.ts";
import type { Cut, CutStep } from "../step.ts";

export const stopAtChatAnswer: CutStep = {
  kind: "cut",
  name: "chat answer",
  dropReason: "chatAnswer",
  findCut(text, facts, isComplete) {
    return findSentence(text, facts, isComplete) ?? findReasoning(text, facts, isComplete);
  },
};

/** A tag of reasoning alone on its line, or before a sentence. */
const reasoningTag =
  /(?<=^|\n)[ \t]*<\/?(think|thinking|thought|reasoning)>(?=([ \t]*(?:\n|[A-Z]))?)/g;

function findReasoning(text: string, facts: AnswerFacts, isComplete: boolean): Cut | undefined {
  const { before, after, language } = facts.around;
  for (const { 0: tag, 1: name = "", 2: follows, index } of text.matchAll(reasoningTag)) {
    const end = index + tag.length;
    const isEnd = isComplete && text.slice(end).trim() === "";
    if (follows === undefined && !isEnd) continue;
    if (before.includes(`${name}>`) || after.includes(`${name}>`)) continue;
    if (index === 0 && language.isProse && facts.site.linePrefix.trim() !== "") continue;
    if (!isCode(text.slice(0, index), facts)) continue;
    return {
      end: Math.max(0, index - 1),
      decidedAt: end + (follows ?? "").length,
      isContinued: false,
    };
  }
  return undefined;
}

/** Five words or more and a mark, after one word of politeness at most. */
const sentence = /^(?:[A-Z][a-z]+[!,.] )?[A-Z][\p{L}'’]*(?:[,;]? [\p{L}\p{N}'’"()-]+){4,}[.:!?]$/u;
const functionWord = /\b(?:the|is|are|this|that|which|should|you|your)\b/i;
/** Where an expression or a statement begins. */
const beginning = /^\s*$|(?:[=([{,;:?&|+]|\breturn)\s*$/;
const markupTag = /<\/?[a-z][\w-]*(?:\s[^<>]*)?\/?>/;

function findSentence(text: string, facts: AnswerFacts, isComplete: boolean): Cut | undefined {
  const { site, around } = facts;
  const { language, before, after } = around;
  // The languages of keywords have statements that read like sentences; outlines and values are text.
  const isIndented = language.blocks === "indentation" && language.hasBareValues !== true;
  const isSure = language.blocks === "braces" || (isIndented && language.isProse !== true);
  if (!isSure || !beginning.test(site.linePrefix)) return undefined;
  const first = /^\s*(\S[^\n]*)(\n|$)/.exec(text);
  if (first === null || (first[2] === "" && !isComplete)) return undefined;
  const line = (first[1] ?? "").trimEnd().replaceAll(/`[^`]*`/g, "code");
  if (!sentence.test(line) || !functionWord.test(line)) return undefined;
  if (markupTag.test(before) || markupTag.test(after) || !isCode("", facts)) return undefined;
  return { end: 0, decidedAt: first[0].length, isContinued: false };
}

/** The place after `text` is in no string and no comment; in a document all is text. */
function isCode(text: string, { around }: AnswerFacts): boolean {
  if (around.language.isProse) return true;
  return scanBrackets(text, around.language, stateAt(around)).inside.kind === "code";
}
