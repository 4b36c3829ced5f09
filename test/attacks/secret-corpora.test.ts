/**
 * Secrets in the forms in which people keep them are masked whole; what only talks of secrets passes untouched.
 * The figures for whole folders of code come from `npm run bench -- secrets`.
 */
import { describe, expect, test } from "vitest";

import { maskSecrets } from "../../server/engine/secrets/mask-secrets.ts";
import { tokenForms } from "../../server/engine/secrets/token-forms.ts";
import { isFound, isTouched, readSecretCases } from "../support/secret-cases.ts";

describe("a secret is masked whole", () => {
  test.each(readSecretCases("secrets"))("$name", (each) => expect(isFound(each)).toBe(true));
});

describe("what is none passes untouched", () => {
  test.each(readSecretCases("innocents"))("$name", (each) => expect(isTouched(each)).toBe(false));
});

test("between two constants that name the markers of a key stands code", () => {
  const body = Array.from({ length: 60 }, (_, line) => `const line${line} = read(${line});\n`);
  const begin = 'const BEGIN = "-----BEGIN PRIVATE KEY-----";\n';
  const end = 'const END = "-----END PRIVATE KEY-----";\n';
  const text = begin + body.join("") + end;
  expect(maskSecrets(text)).toEqual({ text, count: 0 });
});

test("the same text is masked the same way, also behind other text", () => {
  // A table is known by its first line.
  const cases = readSecretCases("secrets").filter(({ name }) => !name.startsWith("CSV"));
  for (const { text } of cases) {
    const once = maskSecrets(text, { hasBareValues: true }).text;
    expect(maskSecrets(text, { hasBareValues: true }).text).toBe(once);
    const behind = maskSecrets(`first();\n\n${text}`, { hasBareValues: true }).text;
    expect(behind.replaceAll(/[^*]/g, "").length).toBe(once.replaceAll(/[^*]/g, "").length);
  }
});

test.each(tokenForms)("the form of $rule has an end", ({ form }) => {
  const withoutClasses = form.replaceAll(/\\.|\[[^\]]*\]/g, "x");
  expect(withoutClasses).not.toMatch(/[*+]|\{\d+,\}/);
});
