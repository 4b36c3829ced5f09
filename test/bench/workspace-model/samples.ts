/** Places to complete, with the text that a person wrote there, held out from a known line. */
import { pick, type Random } from "./random.ts";

/**
 * `rest`: the line's rest from a token's start; `word`: from within a word; `line`: a whole line; `fill`: the
 * inside of a bracket pair whose closing bracket stands right of the cursor; `end`: nothing, the line is
 * complete, so that every suggestion is wrong.
 */
export const tasks = ["rest", "word", "line", "fill", "end"] as const;
export type Task = (typeof tasks)[number];

export interface Sample {
  readonly task: Task;
  readonly path: string;
  /** The document around the cursor. */
  readonly before: string;
  readonly after: string;
  /** What belongs at the cursor, without blank space at its end. */
  readonly truth: string;
}

/** The line of a document that is being written: what stands above it, and what will stand below. */
export interface LinePlace {
  readonly path: string;
  readonly above: string;
  readonly line: string;
  /** Begins with the line's own line end. */
  readonly below: string;
}

const longestLine = 300;

/** `undefined` where the line does not have such a place. */
export function sampleAt(place: LinePlace, task: Task, random: Random): Sample | undefined {
  const line = place.line.trimEnd();
  if (line.trim() === "" || line.length > longestLine) return undefined;
  const cut = cutOf(line, task, random);
  if (cut === undefined) return undefined;
  const [start, end] = cut;
  return {
    task,
    path: place.path,
    before: place.above + line.slice(0, start),
    after: line.slice(end) + place.below,
    truth: line.slice(start, end).trimEnd(),
  };
}

/** The held-out part of the line. */
function cutOf(line: string, task: Task, random: Random): [number, number] | undefined {
  const { length } = line;
  const indent = length - line.trimStart().length;
  if (task === "end") return [length, length];
  if (task === "line") return length - indent < 3 ? undefined : [indent, length];
  if (task === "rest") {
    const starts = tokenStarts(line).slice(1);
    const start = pick(random, starts);
    return start === undefined || length - start < 2 ? undefined : [start, length];
  }
  if (task === "word") {
    const start = pick(random, insidesOfWords(line));
    return start === undefined ? undefined : [start, length];
  }
  return pick(random, bracketInsides(line));
}

const tokenPattern = /[\w$\u0080-\uffff]+|[^\s\w$\u0080-\uffff]/g;

function tokenStarts(line: string): number[] {
  return Array.from(line.matchAll(tokenPattern), ({ index }) => index);
}

/** Offsets with a letter or more of a name before them and two characters or more after. */
function insidesOfWords(line: string): number[] {
  const offsets: number[] = [];
  for (const { 0: word, index } of line.matchAll(/[A-Za-z_]\w+/g)) {
    for (let at = index + 1; at < index + word.length && at < line.length - 1; at++) {
      offsets.push(at);
    }
  }
  return offsets;
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Ranges between an opening bracket and its partner on the same line, two characters or longer. */
function bracketInsides(line: string): [number, number][] {
  const insides: [number, number][] = [];
  const open: number[] = [];
  for (let at = 0; at < line.length; at++) {
    const unit = line.charAt(at);
    if (closing[unit] !== undefined) open.push(at);
    else if (unit === ")" || unit === "]" || unit === "}") {
      const start = open.pop();
      if (start === undefined || closing[line.charAt(start)] !== unit) return insides;
      if (line.slice(start + 1, at).trim().length >= 2) insides.push([start + 1, at]);
    }
  }
  return insides;
}
