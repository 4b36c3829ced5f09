/**
 * Where private keys in PEM stand in a text: whole ones, and the part of one that a window or the cursor has
 * cut. Also inside a string, on one line with escaped line ends.
 */

const marker = /-----(BEGIN|END)[ ](?:[A-Z0-9]{1,12}[ ]){0,4}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----/g;

/** A line of a key or of its headers, with what a string literal may put around it. */
const keyLine =
  /^[\s"'`+,\\|#>*/]{0,40}(?:[A-Za-z0-9+/=\\]{8,}|(?:Proc-Type|DEK-Info|Version|Comment):.{0,200})[\s"'`+,;\\)\]]{0,20}$/;

/** The part of such a line where a window begins or ends. */
const cutLine = /^[A-Za-z0-9+/=\\]*$/;

/** Of the keys without their markers, in order; neither end has to be in the text. */
export function privateKeyRanges(text: string): { readonly start: number; readonly end: number }[] {
  if (!text.includes("PRIVATE KEY")) return [];
  const ranges: { start: number; end: number }[] = [];
  let opened: number | undefined;
  for (const match of text.matchAll(marker)) {
    const end = match.index + match[0].length;
    if (match[1] === "BEGIN") {
      if (opened !== undefined) ranges.push({ start: opened, end: keyEnd(text, opened) });
      opened = end;
    } else {
      ranges.push({ start: opened ?? keyStart(text, match.index), end: match.index });
      opened = undefined;
    }
  }
  if (opened !== undefined) ranges.push({ start: opened, end: keyEnd(text, opened) });
  return ranges.filter(({ start, end }) => text.slice(start, end).trim() !== "");
}

/** Without its last marker a key ends at the first line that is none of a key. */
function keyEnd(text: string, start: number): number {
  let end = lineEndFrom(text, start);
  while (end < text.length) {
    const next = lineEndFrom(text, end + 1);
    const line = text.slice(end + 1, next);
    if (!isKeyLine(line) && !(next === text.length && cutLine.test(line))) return end;
    end = next;
  }
  return end;
}

/** Without its first marker it starts after the last line that is none of a key. */
function keyStart(text: string, end: number): number {
  let start = lineStartFrom(text, end);
  while (start > 0) {
    const previous = lineStartFrom(text, start - 1);
    const line = text.slice(previous, start - 1);
    if (!isKeyLine(line) && !(previous === 0 && cutLine.test(line))) return start;
    start = previous;
  }
  return start;
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
