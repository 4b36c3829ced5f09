/** Writes a line with some of its tokens replaced. */
import type { LineTokens } from "./line-tokens.ts";
import type { Cut } from "./spans.ts";

/** `cuts` are sorted and do not overlap. */
export function writeLine(line: LineTokens, cuts: readonly Cut[]): string {
  const { words, gaps } = line;
  let text = "";
  let at = 0;
  const put = (gap: string, word: string): void => {
    text += (text === "" ? "" : gap) + word;
  };
  const copyTo = (end: number): void => {
    for (; at < end; at++) put(gaps[at] ?? "", words[at] ?? "");
  };
  for (const cut of cuts) {
    copyTo(cut.from);
    // The place keeps its own blank space, unless it is the edited line's too.
    const ownGap = gaps[cut.from] ?? "";
    const keepsGap = cut.to > cut.from && cut.from > 0 && ownGap !== cut.gap;
    for (const [index, word] of cut.words.entries()) {
      put(index === 0 && keepsGap ? ownGap : (cut.gaps[index] ?? ""), word);
    }
    at = cut.to;
    const isFollowed = cuts.some((other) => other !== cut && other.from === at);
    if (cut.after === undefined || gaps[at] !== cut.after[0] || isFollowed) continue;
    put(cut.from === 0 && cut.words.length === 0 ? "" : cut.after[1], words[at] ?? "");
    at++;
  }
  copyTo(words.length);
  return line.indent + text + line.tail;
}
