/**
 * Where private keys in PEM stand in a text: whole ones, and the part of one that a window or the cursor has
 * cut. Also inside a string, on one line with escaped line ends.
 */

import type { SecretRange } from "./secret-range.ts";

const marker = /-----(BEGIN|END)[ ](?:[A-Z0-9]{1,12}[ ]){0,4}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----/g;

/** A line of a key or of its headers, with what a string literal may put around it. */
const keyLine =
  /^[\s"'`+,\\|#>*/]{0,40}(?:[A-Za-z0-9+/=\\]{8,}|(?:Proc-Type|DEK-Info|Version|Comment):.{0,200})[\s"'`+,;\\)\]]{0,20}$/;

/** The part of such a line where a window begins or ends. */
const cutLine = /^[A-Za-z0-9+/=\\]*$/;

/** Of the keys without their markers, in order; neither end has to be in the text. */
export function privateKeyRanges(text: string): SecretRange[] {
  if (!text.includes("PRIVATE KEY")) return [];
  const markers = Array.from(text.matchAll(marker), ({ 0: whole, 1: side, index }) => ({
    isBegin: side === "BEGIN",
    start: index,
    end: index + whole.length,
  }));
  const ranges: SecretRange[] = [];
  for (const [index, { isBegin, start, end }] of markers.entries()) {
    // Programs name both markers: only lines of a key belong to one. Each stretch is read once from each side.
    if (isBegin) {
      const next = markers[index + 1]?.start;
      ranges.push({ start: end, end: end + keyLength(text.slice(end, next), next === undefined) });
    } else {
      const before = markers[index - 1]?.end;
      const length = lengthBefore(text.slice(before ?? 0, start), before === undefined);
      ranges.push({ start: start - length, end: start });
    }
  }
  return ranges.filter((range) => material.test(text.slice(range.start, range.end)));
}

/** What a key has and a line end in a string has not. */
const material = /[A-Za-z0-9+/=]{4,}/;
/** A whole line of a key, as it follows the first marker. */
const longRun = /[A-Za-z0-9+/=]{32,}/;

/** Length of the lines of a key with which the text begins; 0 where it begins otherwise. */
function keyLength(text: string, isTextEnd: boolean): number {
  let end = lineEndFrom(text, 0);
  const first = text.slice(0, end);
  // In a string on one line; or cut by the text's end.
  const isCut =
    isTextEnd && end === text.length && /^(?:\\[nr]|[\s"'`+])*[A-Za-z0-9+/=\\]*$/.test(first);
  let isKey = longRun.test(first) || isCut;
  while (end < text.length) {
    const next = lineEndFrom(text, end + 1);
    const line = text.slice(end + 1, next);
    const isCutLine = isTextEnd && next === text.length && cutLine.test(line);
    const isLine = isCutLine || (isKey ? isKeyLine(line) : beginsKey(line));
    if (!isLine) break;
    if (line.trim() !== "") isKey = true;
    end = next;
  }
  return isKey ? end : 0;
}

function beginsKey(line: string): boolean {
  return isKeyLine(line) && (line.trim() === "" || longRun.test(line) || /^\W*\w+-\w+:/.test(line));
}

/** Length of the lines of a key with which the text ends; 0 where it ends otherwise. */
function lengthBefore(text: string, isTextStart: boolean): number {
  let start = lineStartFrom(text, text.length);
  const last = text.slice(start).replace(/\\[nr]$/, "");
  let isKey = longRun.test(last) || (isTextStart && start === 0 && cutLine.test(last));
  while (start > 0) {
    const previous = lineStartFrom(text, start - 1);
    const line = text.slice(previous, start - 1);
    const isCutLine = isTextStart && previous === 0 && cutLine.test(line);
    if (!isKeyLine(line) && !isCutLine) break;
    if (longRun.test(line) || isCutLine) isKey = true;
    start = previous;
  }
  return isKey ? text.length - start : 0;
}

function isKeyLine(line: string): boolean {
  return line.trim() === "" || keyLine.test(line);
}

function lineEndFrom(text: string, index: number): number {
  const end = text.indexOf("\n", index);
  return end < 0 ? text.length : end;
}

function lineStartFrom(text: string, index: number): number {
  return index === 0 ? 0 : text.lastIndexOf("\n", index - 1) + 1;
}
