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

export function* answerLines(text: string): Generator<AnswerLine> {
  let start = 0;
  for (;;) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    yield {
      text: line,
      start,
      end: start + line.length,
      isEnded: end >= 0,
      isBlank: line.trim() === "",
    };
    if (end < 0) return;
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
