/** Lines that were added below one line, as they would read below another line of the same shape. */
import { boundWord } from "./analogy.ts";
import { tokensOf, type LineTokens } from "./line-tokens.ts";

const wordOrNumber = /[\p{L}_$][\p{L}\p{N}_$]*|\d+/gu;

export function carryBlock(
  added: readonly string[],
  above: LineTokens,
  here: LineTokens,
): readonly string[] {
  const names = new Map<string, string>();
  for (const [index, word] of above.words.entries()) {
    const other = here.words[index];
    if (other !== undefined && other !== word) names.set(word, other);
  }
  return added.map((line) => {
    if (line.trim() === "") return line;
    const indent = indentedBelow(tokensOf(line).indent, above.indent, here.indent);
    const text = line.trimStart();
    if (names.size === 0) return indent + text;
    return indent + text.replaceAll(wordOrNumber, (word) => boundWord(names, word));
  });
}

/** The indentation that stood below `outer`, below `own`. */
function indentedBelow(inner: string, outer: string, own: string): string {
  if (inner === outer) return own;
  if (inner.startsWith(outer)) return own + inner.slice(outer.length);
  const less = outer.length - inner.length;
  return outer.startsWith(inner) && own.length >= less ? own.slice(0, own.length - less) : inner;
}
