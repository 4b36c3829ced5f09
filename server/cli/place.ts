/** `FILE:LINE:COLUMN` as in compiler messages: both counted from 1, columns in characters (code points). */
import { nextLineStartAt, lineEndAt, toOffset, type Offset } from "../engine/document.ts";
import { UsageError } from "./command.ts";

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** @throws UsageError if it does not have that form. */
export function parsePlace(argument: string | undefined): Place {
  // The file name may contain colons (`C:\x.ts:1:2`), so the last two numbers are used.
  const match = /^(.+):(\d{1,9}):(\d{1,9})$/s.exec(argument ?? "");
  const [, file = "", line = "0", column = "0"] = match ?? [];
  const place = { file, line: Number(line), column: Number(column) };
  if (match === null || place.line < 1 || place.column < 1) {
    throw new UsageError("needs a place FILE:LINE:COLUMN; lines and columns are counted from 1");
  }
  return place;
}

/** The offset before the character at `place`. One column past the last character is the end of the line. */
export function offsetOfPlace(text: string, { line, column }: Place): Offset {
  let start = 0 as Offset;
  for (let current = 1; current < line; current++) {
    if (lineEndAt(text, start) === text.length) {
      throw new UsageError(`line ${line} is past the end: the file has ${current} lines`);
    }
    start = nextLineStartAt(text, start);
  }
  const characters = Array.from(text.slice(start, lineEndAt(text, start)));
  if (column > characters.length + 1) {
    throw new UsageError(
      `column ${column} is past the end: line ${line} has ${characters.length} characters`,
    );
  }
  return toOffset(text, start + characters.slice(0, column - 1).join("").length);
}
