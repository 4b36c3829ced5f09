/**
 * The corpora of test/fixtures/secrets: invented secrets in the forms of real ones, and texts that only look like
 * secrets. `«»` marks a secret. Every long run contains `¦`, so that no repository scanner reports the files as a
 * leak.
 */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";

import { languageOf } from "../../server/engine/languages/language-of.ts";
import { maskSecrets } from "../../server/engine/secrets/mask-secrets.ts";

export interface SecretCase {
  readonly name: string;
  readonly language: string;
  readonly text: string;
  /** Where the secrets stand in `text`; none for an innocent. */
  readonly secrets: readonly { readonly start: number; readonly end: number }[];
}

const row = z.object({
  name: z.optional(z.string()),
  language: z.string(),
  text: z.string(),
});

export function readSecretCases(file: "secrets" | "innocents"): readonly SecretCase[] {
  const url = new URL(`../fixtures/secrets/${file}.jsonl`, import.meta.url);
  return readFileSync(url, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const { name, language, text: marked } = row.parse(JSON.parse(line));
      return { ...parseMarks(marked), name: name ?? marked.replaceAll("¦", ""), language };
    });
}

function parseMarks(marked: string): Pick<SecretCase, "text" | "secrets"> {
  const secrets: { start: number; end: number }[] = [];
  let text = "";
  for (const piece of marked.replaceAll("¦", "").split(/(?=«)|(?<=»)/)) {
    const isSecret = piece.startsWith("«");
    const plain = isSecret ? piece.slice(1, -1) : piece;
    if (isSecret) secrets.push({ start: text.length, end: text.length + plain.length });
    text += plain;
  }
  return { text, secrets };
}

/** True when all of every secret is masked. */
export function isFound({ text, language, secrets }: SecretCase): boolean {
  const masked = maskSecrets(text, { hasBareValues: languageOf(language, "").hasBareValues });
  return secrets.every(({ start, end }) => /^[*\s]*$/.test(masked.text.slice(start, end)));
}

export function isTouched({ text, language }: SecretCase): boolean {
  return maskSecrets(text, { hasBareValues: languageOf(language, "").hasBareValues }).count > 0;
}
