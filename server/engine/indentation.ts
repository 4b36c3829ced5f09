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

export interface IndentationStyle {
  readonly usesTabs: boolean;
  /** One level, as written: a tab or some blanks. */
  readonly unit: string;
}

/** How `text` indents, by the difference between neighbouring lines; `undefined` when it does not tell. */
export function indentationStyle(text: string): IndentationStyle | undefined {
  const counts = new Map<number, number>();
  let tabs = 0;
  let previous = 0;
  let spaced = 0;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const indentation = indentationOf(line);
    if (indentation.startsWith("\t")) {
      tabs++;
      continue;
    }
    const step = indentation.length - previous;
    previous = indentation.length;
    if (indentation !== "") spaced++;
    if (step >= 2 && step <= 8) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  if (tabs > spaced) return { usesTabs: true, unit: "\t" };
  let best: number | undefined;
  for (const [step, count] of counts) {
    const bestCount = best === undefined ? 0 : (counts.get(best) ?? 0);
    if (count > bestCount || (count === bestCount && step < (best ?? 0))) best = step;
  }
  return best === undefined ? undefined : { usesTabs: false, unit: " ".repeat(best) };
}

export interface WrittenIndentation {
  /** `undefined` where the text has both, or none: it tells nothing then. */
  readonly kind: "tabs" | "blanks" | undefined;
  /** One level where levels are written as blanks. */
  readonly unit: string;
}

/** How `text` indents its lines. */
export function writtenIndentation(text: string): WrittenIndentation {
  const hasTabs = /(?:^|\n)\t/.test(text);
  const hasBlanks = /(?:^|\n) {2}/.test(text);
  const kind = hasTabs === hasBlanks ? undefined : hasTabs ? "tabs" : "blanks";
  return { kind, unit: kind === "blanks" ? (indentationStyle(text)?.unit ?? "    ") : "    " };
}
