/** Lines of an answer, with their places in it. */
export interface AnswerLine {
  readonly text: string;
  readonly start: number;
  /** Before the line end. */
  readonly end: number;
  /** Its line end has come. */
  readonly isEnded: boolean;
  readonly isBlank: boolean;
}

/** The lines of `text`; those of `known` that are whole and still stand there are taken over. */
export function answerLines(text: string, known: readonly AnswerLine[] = []): AnswerLine[] {
  const lines: AnswerLine[] = [];
  let start = 0;
  for (const line of known) {
    const isHere = line.isEnded && line.start === start && text.startsWith(line.text, start);
    if (!isHere || text.charCodeAt(line.end) !== 10) break;
    lines.push(line);
    start = line.end + 1;
  }
  for (;;) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    const isBlank = line.trim() === "";
    lines.push({ text: line, start, end: start + line.length, isEnded: end >= 0, isBlank });
    if (end < 0) return lines;
    start = end + 1;
  }
}

/** Letters and digits of a line: how much it says. Braces, rules and blanks say nothing. */
export function weightOf(line: string): number {
  let weight = 0;
  for (let index = 0; index < line.length; index++) {
    const unit = line.charCodeAt(index);
    const isWord =
      (unit >= 97 && unit <= 122) ||
      (unit >= 65 && unit <= 90) ||
      (unit >= 48 && unit <= 57) ||
      unit >= 0xc0;
    if (isWord) weight++;
  }
  return weight;
}
