/** Builds sites and prompts from literals, for tests of the engine. */
import { buildPrompt } from "../../server/engine/prompt/build-prompt.ts";
import { completionMode, type ModeFacts } from "../../server/engine/prompt/completion-mode.ts";
import { toOffset, type DocumentSnapshot } from "../../server/engine/document.ts";
import type { FimPrompt, PromptShape } from "../../server/engine/prompt/prompt.ts";
import { completionSite, type CompletionSite } from "../../server/engine/site.ts";
import { languageIdOf } from "../../server/engine/languages/language-of.ts";
import type { MarkedInput } from "./notation.ts";

export const codestralShape: PromptShape = {
  kind: "native",
  order: "suffixFirst",
  snippets: "plusHeader",
  maxStops: 4,
};

export function documentOf(text: string, path: string): DocumentSnapshot {
  const uri = `file:///workspace/${path}`;
  return {
    uri,
    languageId: languageIdOf(undefined, uri),
    version: 1,
    revision: 1,
    text,
    anchor: { offset: toOffset(text, 0), byteOffset: 0 },
  };
}

export function siteAt({ text, offset }: MarkedInput, path: string): CompletionSite {
  return completionSite(documentOf(text, path), toOffset(text, offset));
}

export function promptAt(
  site: CompletionSite,
  facts: ModeFacts,
  shape: PromptShape = codestralShape,
): FimPrompt {
  return buildPrompt(site, {
    shape,
    decision: completionMode(site, facts),
    tokenBudget: 1200,
    prefixShare: 0.7,
    path: site.document.uri.slice(site.document.uri.lastIndexOf("/") + 1),
  }).prompt;
}
