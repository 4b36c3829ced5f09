/**
 * Masks possible secrets in the windows and excerpts of a prompt, also where the cursor or the end of a window cuts
 * a secret.
 */
import { toLf } from "../document.ts";
import { languageOf } from "../languages/language-of.ts";
import { maskSecrets } from "../secrets/mask-secrets.ts";
import type { ContextSnippet } from "./prompt.ts";
import type { CompletionSite } from "../site.ts";
import type { Windows } from "./window.ts";

export interface MaskedWindows extends Pick<Windows, "prefix" | "suffix"> {
  /** Number of secrets replaced in both. */
  readonly count: number;
}

/** How far outside the windows to look for the start of a key or the rest of a token. */
const lookBack = 4096;
const lookAhead = 512;

export function maskedWindows(site: CompletionSite, windows: Windows): MaskedWindows {
  const { text, languageId, uri } = site.document;
  const { prefix, suffix, state } = windows;
  const start = state.prefixStart;
  const before = toLf(text.slice(Math.max(0, start - lookBack), start));
  const end = site.offset + state.suffixLength;
  // A suffix that was sent before may be outdated: the document's text after it then does not continue it.
  const isPresent = toLf(text.slice(site.offset, end)) === suffix;
  const behind = isPresent ? toLf(text.slice(end, end + lookAhead)) : "";
  const cursor = before.length + prefix.length;
  const masked = maskSecrets(before + prefix + suffix + behind, {
    hasBareValues: languageOf(languageId, uri).hasBareValues,
    counted: { start: before.length, end: cursor + suffix.length },
  });
  return {
    prefix: masked.text.slice(before.length, cursor),
    suffix: masked.text.slice(cursor, cursor + suffix.length),
    count: masked.count,
  };
}

export function maskedSnippets(snippets: readonly ContextSnippet[]) {
  let count = 0;
  const masked = snippets.map((snippet) => {
    const result = maskSecrets(snippet.text, {
      hasBareValues: languageOf("", snippet.path).hasBareValues,
    });
    count += result.count;
    return { ...snippet, text: result.text };
  });
  return { snippets: masked, count };
}
