/** Leading white space: how wide it is, and how the text around writes it. */

/** Columns of a tab where widths are compared. */
const tabWidth = 8;

/** Width of a line's leading white space in columns. */
export function indentationWidth(line: string): number {
  let width = 0;
  for (let index = 0; index < line.length; index++) {
    const unit = line.charCodeAt(index);
    if (unit === 32) width++;
    else if (unit === 9) width += tabWidth - (width % tabWidth);
    else break;
  }
  return width;
}

/** A line's leading blanks and tabs. */
export function indentationOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** What a text indents its lines with; `undefined` where it has both, or none: it tells nothing then. */
export type IndentationKind = "tabs" | "blanks" | undefined;

export function indentationKind(text: string): IndentationKind {
  const hasTabs = /(?:^|\n)\t/.test(text);
  const hasBlanks = /(?:^|\n) {2}/.test(text);
  return hasTabs === hasBlanks ? undefined : hasTabs ? "tabs" : "blanks";
}

/** One level as `text` writes it: in blanks it is the commonest difference between neighbouring lines. */
export function indentationLevel(text: string, kind: IndentationKind, usual = 4): string {
  if (kind !== "blanks") return kind === "tabs" ? "\t" : " ".repeat(usual);
  const counts = new Map<number, number>();
  let previous = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const { length } = indentationOf(line);
    const step = length - previous;
    previous = length;
    if (step >= 2 && step <= 8) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  let best: number | undefined;
  for (const [step, count] of counts) {
    const bestCount = best === undefined ? 0 : (counts.get(best) ?? 0);
    if (count > bestCount || (count === bestCount && step < (best ?? 0))) best = step;
  }
  return " ".repeat(best ?? usual);
}
