/** Whether output has colors. `FORCE_COLOR` and `NO_COLOR` decide as in Node.js, then the terminal. */
import type { Environment } from "../settings/environment.ts";

export interface Stream {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

export function wantsColors(stream: Stream, environment: Environment): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  // The NO_COLOR specification ignores an empty value.
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  return stream.isTTY === true && stream.hasColors?.() === true;
}
