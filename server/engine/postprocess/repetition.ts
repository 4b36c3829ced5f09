/** Ends an answer that turns in a circle: the same lines again, or the same few characters on one line. */
import { weightOf, type AnswerLine } from "./lines.ts";
import type { CutStep } from "./step.ts";

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
/** A line with this many characters in a circle of at most `maxCircle` is a mistake. */
const circleLength = 96;
const maxCircle = 16;

export const stopAtRepetition: CutStep = {
  kind: "cut",
  name: "repetition",
  dropReason: "repetitionLoop",
  findCut(text, facts) {
    const { site } = facts;
    const lines: { line: AnswerLine; key: string; weight: number }[] = [];
    for (const line of facts.lines(text)) {
      const circle = circleEnd(line.text);
      if (circle !== undefined) {
        const end = lines.at(-1)?.line.end ?? 0;
        return { end, decidedAt: line.start + circle, isContinued: false };
      }
      if (line.isBlank || !line.isEnded) continue;
      const key = ((line.start === 0 ? site.linePrefix : "") + line.text).trimEnd();
      lines.push({ line, key, weight: weightOf(key) });
      const first = repeatedFrom(lines) ?? restartedAfter(lines);
      if (first !== undefined) {
        return {
          end: lines[first]?.line.end ?? 0,
          decidedAt: line.end + 1,
          isContinued: false,
        };
      }
    }
    return undefined;
  },
};

/** Index of the last line of the first copy, when the lines end in copies of one unit. */
function repeatedFrom(
  lines: readonly { readonly key: string; readonly weight: number }[],
): number | undefined {
  const { length } = lines;
  for (let unit = 1; unit <= Math.min(maxUnitLines, length / 2); unit++) {
    let weight = 0;
    for (let index = length - unit; index < length; index++) weight += lines[index]?.weight ?? 0;
    const needed = neededLines(unit, weight);
    if (length < needed) continue;
    const start = length - needed;
    let isRepeated = true;
    for (let index = start + unit; index < length && isRepeated; index++) {
      isRepeated = lines[index]?.key === lines[index - unit]?.key;
    }
    if (isRepeated) return start + unit - 1;
  }
  return undefined;
}

/** Index of the last line before the answer begins again with its own first lines. */
function restartedAfter(
  lines: readonly { readonly key: string; readonly weight: number }[],
): number | undefined {
  const { length } = lines;
  for (let start = Math.ceil(length / 2); start < length; start++) {
    if (lines[start]?.key !== lines[0]?.key) continue;
    let weight = 0;
    let index = start;
    while (index < length && lines[index]?.key === lines[index - start]?.key) {
      weight += lines[index]?.weight ?? 0;
      index++;
    }
    if (index === length && length - start >= 2 && weight >= restartWeight) return start - 1;
  }
  return undefined;
}

/** Two copies are met in tests and tables; that a third one begins tells the circle. */
function neededLines(unit: number, weight: number): number {
  if (unit >= 2 && weight >= twiceWeight) return unit * 2 + 1;
  if (weight < unit * 3) return unit * rowCopies;
  return unit * (unit > 1 || weight >= twiceWeight ? textCopies : shortCopies);
}

/** Length of the line at which it has turned in a circle for long; rules of dashes and the like may. */
function circleEnd(line: string): number | undefined {
  if (line.length < circleLength) return undefined;
  for (let period = 1; period <= maxCircle; period++) {
    let run = 0;
    for (let index = period; index < line.length; index++) {
      run = line.charCodeAt(index) === line.charCodeAt(index - period) ? run + 1 : 0;
      if (run + period < circleLength) continue;
      const unit = line.slice(index - period + 1, index + 1);
      if (/\p{L}/u.test(unit)) return index + 1;
    }
  }
  return undefined;
}
