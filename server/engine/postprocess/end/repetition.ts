/**
 * Ends an answer that turns in a circle: the same lines again, or the same few characters on one line. A circle
 * goes on to the answer's end; equal lines that lead to different ones are text.
 */
import { weightOf, type AnswerLine } from "../lines.ts";
import type { Cut, CutStep } from "../step.ts";

/** Longest repeated unit looked for, in lines. */
const maxUnitLines = 24;
/** Letters and digits of a unit of several lines that is a mistake when it comes twice. */
const twiceWeight = 24;
/** Letters and digits with which an answer that begins again from its own first line is known. */
const restartWeight = 48;
/** Copies of less that are a mistake: the less a unit says, the more often it comes rightly. */
const textCopies = 3;
const shortCopies = 4;
/** Rows of marks and numbers. */
const rowCopies = 8;
/** So many times as many copies are a mistake whatever follows. */
const endlessFactor = 2;
/** A line that ends after this many characters in a circle of at most `maxCircle` is a mistake. */
const circleLength = 96;
/** A character that is a token by itself, as those of Chinese, counts for so many. */
const wideCharacter = 3;
/** And one that has gone on for so long, whatever follows. */
const endlessCircle = 320;
const maxCircle = 16;

export const stopAtRepetition: CutStep = {
  kind: "cut",
  name: "repetition",
  dropReason: "repetitionLoop",
  findCut(text, facts, isComplete) {
    const { site } = facts;
    const lines: Line[] = [];
    const all = facts.lines(text);
    for (const [index, line] of all.entries()) {
      const isLast = index === all.length - 1;
      const circle = circleEnd(line.text, isComplete && isLast);
      if (circle !== undefined) {
        const end = lines.at(-1)?.line.end ?? 0;
        return { end, decidedAt: line.start + circle, isContinued: false };
      }
      if (line.isBlank || !line.isEnded) continue;
      const key = ((line.start === 0 ? site.linePrefix : "") + line.text).trimEnd();
      lines.push({ line, key, weight: weightOf(key) });
      const first = repeatedFrom(lines, endlessFactor) ?? restartedAfter(lines, endlessFactor);
      if (first !== undefined) return cutAfter(lines, first, line.end + 1);
    }
    const first = isComplete ? circleAtEnd(lines, all) : undefined;
    return first === undefined ? undefined : cutAfter(lines, first, text.length);
  },
};

interface Line {
  readonly line: AnswerLine;
  readonly key: string;
  readonly weight: number;
}

function cutAfter(lines: readonly Line[], index: number, decidedAt: number): Cut {
  return { end: lines[index]?.line.end ?? 0, decidedAt, isContinued: false };
}

/** Where the whole answer, to its last line, is in a circle; a line that was cut short may be its next one. */
function circleAtEnd(lines: readonly Line[], all: readonly AnswerLine[]): number | undefined {
  const last = all.at(-1);
  const whole = lines.slice();
  if (last !== undefined && !last.isEnded && !last.isBlank) {
    const next = whole.findLast(({ key }) => key.startsWith(last.text));
    whole.push({ line: last, key: next?.key ?? last.text, weight: weightOf(last.text) });
  }
  return repeatedFrom(whole, 1) ?? restartedAfter(whole, 1);
}

/** Index of the last line of the first copy, when the lines end in copies of one unit. */
function repeatedFrom(lines: readonly Line[], factor: number): number | undefined {
  const { length } = lines;
  for (let unit = 1; unit <= Math.min(maxUnitLines, length / 2); unit++) {
    let weight = 0;
    for (let index = length - unit; index < length; index++) weight += lines[index]?.weight ?? 0;
    const needed = neededLines(unit, weight) * factor;
    if (length < needed) continue;
    const start = length - needed;
    let isRepeated = true;
    for (let index = start + unit; index < length && isRepeated; index++) {
      isRepeated = lines[index]?.key === lines[index - unit]?.key;
    }
    if (!isRepeated) continue;
    let first = start;
    while (first > 0 && lines[first - 1]?.key === lines[first - 1 + unit]?.key) first--;
    return first + unit - 1;
  }
  return undefined;
}

/** Index of the last line before the answer begins again with its own first lines. */
function restartedAfter(lines: readonly Line[], factor: number): number | undefined {
  const { length } = lines;
  for (let start = Math.ceil(length / 2); start < length; start++) {
    if (lines[start]?.key !== lines[0]?.key) continue;
    let weight = 0;
    let index = start;
    while (index < length && lines[index]?.key === lines[index - start]?.key) {
      weight += lines[index]?.weight ?? 0;
      index++;
    }
    if (index === length && length - start >= 2 && weight >= restartWeight * factor)
      return start - 1;
  }
  return undefined;
}

/** Two copies are met in tests and tables; that a third one begins tells the circle. */
function neededLines(unit: number, weight: number): number {
  if (unit >= 2 && weight >= twiceWeight) return unit * 2 + 1;
  if (weight < unit * 3) return unit * rowCopies;
  return unit * (unit > 1 || weight >= twiceWeight ? textCopies : shortCopies);
}

/**
 * Length of the line at which it has turned in a circle for long; rules of dashes and the like may. The answer's
 * last line (`isEnd`) is in one where it ends in it.
 */
function circleEnd(line: string, isEnd: boolean): number | undefined {
  if (line.length * wideCharacter < circleLength) return undefined;
  for (let period = 1; period <= maxCircle; period++) {
    // Nobody writes one letter so often.
    const needed = isEnd || period === 1 ? circleLength : endlessCircle;
    let run = 0;
    for (let index = period; index < line.length; index++) {
      run = line.charCodeAt(index) === line.charCodeAt(index - period) ? run + 1 : 0;
      if (
        (run + period) * wideCharacter < needed ||
        (isEnd && period > 1 && index < line.length - 1)
      )
        continue;
      const unit = line.slice(index - period + 1, index + 1);
      const width = /[\u2E80-\u9FFF\uAC00-\uD7AF]/.test(unit) ? wideCharacter : 1;
      if (/\p{L}/u.test(unit) && (run + period) * width >= needed) return index + 1;
    }
  }
  return undefined;
}
