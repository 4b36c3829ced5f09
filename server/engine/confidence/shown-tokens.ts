/**
 * From the tokens of what the model wrote to those of what would be shown. Post-processing cuts, and changes blanks,
 * so the two texts are compared without blanks; where they differ otherwise nothing is known any more.
 */
import type { TokenStart, TokenTrack } from "./token-track.ts";

export interface ShownTokens {
  /** In UTF-16 offsets of the shown text, in their order. */
  readonly starts: readonly TokenStart[];
  /** Units of the shown text, from its start, for which all tokens are known. */
  readonly knownLength: number;
}

/** `undefined` where the server reported no probabilities, or the texts have nothing in common. */
export function shownTokens(
  track: TokenTrack,
  raw: string,
  shown: string,
): ShownTokens | undefined {
  const found = track.starts();
  if (found.length === 0) return undefined;
  const { knownLength } = track;
  const starts: TokenStart[] = [];
  let next = 0;
  let inRaw = startIn(raw, shown);
  /** Behind the last character that is no blank. */
  let behind = 0;
  const take = (until: number, offset: number): void => {
    let start = found[next];
    while (start !== undefined && start.offset < until) {
      starts.push({ offset, sum: start.sum });
      next += 1;
      start = found[next];
    }
  };
  for (let inShown = 0; inShown < shown.length; inShown++) {
    const unit = shown.charCodeAt(inShown);
    if (isBlank(unit)) continue;
    inRaw = filledFrom(raw, inRaw);
    if (inRaw >= knownLength || raw.charCodeAt(inRaw) !== unit) {
      return behind === 0 ? undefined : { starts, knownLength: behind };
    }
    // A token of blanks, as the end of a line, stands behind the character before it.
    take(inRaw, behind);
    take(inRaw + 1, inShown);
    inRaw += 1;
    behind = inShown + 1;
  }
  take(filledFrom(raw, inRaw), behind);
  return { starts, knownLength: shown.length };
}

function filledFrom(text: string, start: number): number {
  let offset = start;
  while (offset < text.length && isBlank(text.charCodeAt(offset))) offset++;
  return offset;
}

/** Where the shown text begins: behind a code fence, where there was one. */
function startIn(raw: string, shown: string): number {
  if (!raw.trimStart().startsWith("```")) return 0;
  const [first = ""] = shown.trimStart().split("\n");
  return Math.max(0, raw.indexOf(first.trim()));
}

function isBlank(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13);
}
