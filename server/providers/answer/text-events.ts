/** The text events of an answer, each with its tokens. Tokens that come without text are added to the next event. */
import type { TokenProbability } from "../../engine/confidence/token-track.ts";
import type { FimEvent } from "../provider.ts";

type TextEvents = (
  text: string,
  tokens: readonly TokenProbability[] | undefined,
) => readonly FimEvent[];

export function createTextEvents(): TextEvents {
  let waiting: readonly TokenProbability[] = [];
  return (text, tokens = []) => {
    const all = waiting.length === 0 ? tokens : [...waiting, ...tokens];
    if (text === "") {
      waiting = all;
      return [];
    }
    waiting = [];
    return [{ kind: "text", text, ...(all.length > 0 && { tokens: all }) }];
  };
}
