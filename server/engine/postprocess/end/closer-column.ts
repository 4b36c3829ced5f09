/**
 * An answer that closes the block at the column of its body, as editors leave the cursor there: it is written on
 * a line of its own, at the column of the line that opened the block, or not at all where nothing follows it.
 * In Python the column is the meaning.
 */
import { indentationOf, indentationWidth } from "../../indentation.ts";
import { opensBlock } from "../../prompt/completion-mode.ts";
import { lineAt, type Surroundings } from "../../syntax/surroundings.ts";
import type { AnswerFacts } from "../facts.ts";
import type { EditStep } from "../step.ts";

export const placeCloser: EditStep = {
  kind: "edit",
  name: "closer column",
  apply(draft, facts) {
    const { site, around } = facts;
    if (site.linePrefix.trim() !== "" || site.linePrefix === "" || site.isMidLine) return draft;
    if (around.scan.inside.kind !== "code" || !/^\S/.test(draft.text)) return draft;
    const opener = openerOf(draft.text, facts);
    if (opener === undefined) return draft;
    const isRight = indentationWidth(opener) >= indentationWidth(site.linePrefix);
    if (isRight) return draft;
    // Alone it is left to the editor, which moves a closer that is typed to its column.
    if (!draft.text.trimEnd().includes("\n")) return "bracketUnderflow";
    return { ...draft, text: `\n${indentationOf(opener)}${draft.text}` };
  },
};

/** The line that opened the block that `text` closes or goes on with; `undefined` where it closes none. */
function openerOf(text: string, { around, site }: AnswerFacts): string | undefined {
  const { language, scan, before } = around;
  if (text.startsWith("}")) {
    const innermost = scan.open.at(-1);
    return innermost?.close === "}" ? lineAt(before, innermost.index) : undefined;
  }
  const isKeyword =
    (language.blocks === "keywords" && language.closer?.test(text) === true) ||
    (language.blocks === "indentation" && /^(?:else|elif|except|finally)\b/.test(text));
  return isKeyword ? enclosingOpener(site.linePrefix, around) : undefined;
}

/** The nearest opener above at the cursor's column or further left. */
function enclosingOpener(linePrefix: string, around: Surroundings): string | undefined {
  const width = indentationWidth(linePrefix);
  const lines = around.before.split("\n").slice(0, -1);
  let limit = width;
  for (const line of lines.toReversed()) {
    if (line.trim() === "" || indentationWidth(line) > limit) continue;
    if (opensBlock(line, around)) return line;
    limit = Math.min(limit, indentationWidth(line));
  }
  return undefined;
}
