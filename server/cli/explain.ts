/** `complete --explain`: everything that leads to a suggestion, in the order in which it happens. */
import type { Offset } from "../engine/document.ts";
import type { CommandIo } from "./command.ts";
import type { OpenFile } from "./open-file.ts";

export function explain(_file: OpenFile, _offset: Offset, io: CommandIo): Promise<number> {
  io.writeError("nothing to explain yet\n");
  return Promise.resolve(1);
}
