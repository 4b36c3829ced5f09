/** Whether output has colors: `FORCE_COLOR` and `NO_COLOR` decide as they do for Node.js, then the terminal. */
import type { Environment } from "../settings/environment.ts";

export interface Stream {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

export function wantsColors(stream: Stream, environment: Environment): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  // By its specification an empty value says nothing.
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  return stream.isTTY === true && stream.hasColors?.() === true;
}
