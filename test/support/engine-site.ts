/** Sites and prompts out of literals, for tests of the engine. */
import { buildPrompt } from "../../server/engine/build-prompt.ts";
import { completionMode, type ModeFacts } from "../../server/engine/completion-mode.ts";
import { toOffset, type DocumentSnapshot } from "../../server/engine/document.ts";
import type { FimPrompt, PromptShape } from "../../server/engine/prompt.ts";
import { completionSite, type CompletionSite } from "../../server/engine/site.ts";
import type { MarkedInput } from "./notation.ts";

export const codestralShape: PromptShape = {
  kind: "native",
  order: "suffixFirst",
  snippets: "plusHeader",
  maxStops: 4,
};

const languageIds: Readonly<Record<string, string>> = {
  c: "c",
  cc: "cpp",
  cs: "csharp",
  css: "css",
  el: "emacs-lisp",
  go: "go",
  hs: "haskell",
  html: "html",
  java: "java",
  js: "javascript",
  json: "json",
  jsx: "javascriptreact",
  kt: "kotlin",
  lua: "lua",
  md: "markdown",
  php: "php",
  pl: "perl",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "shellscript",
  sql: "sql",
  ts: "typescript",
  tsx: "typescriptreact",
  txt: "plaintext",
  yaml: "yaml",
};

export function documentOf(text: string, path: string): DocumentSnapshot {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  const languageId = languageIds[extension];
  if (languageId === undefined) throw new Error(`no language for ${path}`);
  return {
    uri: `file:///workspace/${path}`,
    languageId,
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
