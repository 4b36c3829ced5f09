/** Splits a text into blocks of whole lines, so that an edit touches only one or two blocks. */
import type { ReadableText } from "../../engine/document.ts";

/** Characters in a block: small enough to index within a keystroke, large enough that the lead stays cheap. */
const blockLength = 2048;

export interface TextSpan {
  readonly start: number;
  readonly length: number;
}

/** Cuts `text[start, end)` after line ends into blocks of about 2,000 characters; a longer line stays whole. */
export function splitIntoBlocks(text: ReadableText, start: number, end: number): TextSpan[] {
  const blocks: TextSpan[] = [];
  let from = start;
  while (from < end) {
    const to = end - from <= blockLength * 1.5 ? end : lineStartFrom(text, from + blockLength, end);
    blocks.push({ start: from, length: to - from });
    from = to;
  }
  return blocks;
}

/** The first line start at or after `index`; `end` if there is none before it. */
export function lineStartFrom(text: ReadableText, index: number, end: number): number {
  if (text.charCodeAt(index - 1) === 10) return index;
  for (let at = index; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10) return at + 1;
    if (unit === 13) return text.charCodeAt(at + 1) === 10 ? Math.min(at + 2, end) : at + 1;
  }
  return end;
}

/** The last line start at or before `index`, searched no further back than `lowest`; `index` if there is none. */
export function lineStartBefore(text: ReadableText, index: number, lowest: number): number {
  for (let at = index; at > lowest; at--) {
    const unit = text.charCodeAt(at - 1);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at) !== 10)) return at;
  }
  return lowest === 0 ? 0 : index;
}
