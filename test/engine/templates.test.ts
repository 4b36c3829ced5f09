/** Each family's prompt as its model was trained on it, and which family a model's name leads to. */
import { expect, test } from "vitest";

import type { DocumentSnapshot, Offset } from "../../server/engine/document.ts";
import { buildPrompt } from "../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../server/engine/prompt/completion-mode.ts";
import type { ContextSnippet, FimPrompt } from "../../server/engine/prompt/prompt.ts";
import { completionSite } from "../../server/engine/site.ts";
import {
  templateFamilies,
  templateFor,
  type FimTemplate,
} from "../../server/engine/prompt/templates.ts";
import { renderedShape } from "../../server/providers/request-fields.ts";

const snippet: ContextSnippet = {
  path: "src/b.py",
  text: "B = 2",
  score: 1,
  origin: "similar",
};

function render(
  template: FimTemplate,
  snippets: readonly ContextSnippet[] = [],
  [prefix, suffix] = ["a = ", "\nprint(a)\n"],
): Extract<FimPrompt, { kind: "rendered" }> {
  const document: DocumentSnapshot = {
    uri: "file:///w/src/a.py",
    languageId: "python",
    version: 1,
    revision: 1,
    text: prefix + suffix,
    anchor: { offset: 0 as Offset, byteOffset: 0 },
  };
  const site = completionSite(document, prefix.length as Offset);
  const { prompt } = buildPrompt(site, {
    shape: renderedShape(template),
    decision: completionMode(site, { trigger: "automatic", hasJustAccepted: false }),
    tokenBudget: 1000,
    prefixShare: 0.7,
    path: "src/a.py",
    snippets,
  });
  if (prompt.kind !== "rendered") throw new Error("a template makes a rendered prompt");
  return prompt;
}

const golden: Readonly<Record<string, readonly [alone: string, withSnippet: string]>> = {
  codestral: ["[SUFFIX]\nprint(a)\n[PREFIX]a = ", "[SUFFIX]\nprint(a)\n[PREFIX]a = "],
  starcoder: [
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
  ],
  "qwen-coder": [
    "<|fim_prefix|>a = <|fim_suffix|>\nprint(a)\n<|fim_middle|>",
    "<|repo_name|>workspace\n<|file_sep|>src/b.py\nB = 2\n<|file_sep|>src/a.py\n<|fim_prefix|>a = <|fim_suffix|>\nprint(a)\n<|fim_middle|>",
  ],
  starcoder2: [
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
    "<repo_name>workspace<file_sep>src/b.py\nB = 2\n<file_sep><fim_prefix>src/a.py\na = <fim_suffix>\nprint(a)\n<fim_middle>",
  ],
  "stable-code": [
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
  ],
  "granite-4": [
    "<|fim_prefix|>a = <|fim_suffix|>\nprint(a)\n<|fim_middle|>",
    "<|fim_prefix|>a = <|fim_suffix|>\nprint(a)\n<|fim_middle|>",
  ],
  granite: [
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
    "<fim_prefix>a = <fim_suffix>\nprint(a)\n<fim_middle>",
  ],
  "deepseek-coder": [
    "<｜fim▁begin｜>a = <｜fim▁hole｜>\nprint(a)\n<｜fim▁end｜>",
    "<｜fim▁begin｜>a = <｜fim▁hole｜>\nprint(a)\n<｜fim▁end｜>",
  ],
  codellama: ["<PRE> a =  <SUF>\nprint(a)\n <MID>", "<PRE> a =  <SUF>\nprint(a)\n <MID>"],
  codegemma: [
    "<|fim_prefix|>a = <|fim_suffix|>\nprint(a)\n<|fim_middle|>",
    "B = 2\n<|file_separator|><|fim_prefix|>a = <|fim_suffix|>\nprint(a)\n<|fim_middle|>",
  ],
  "seed-coder": [
    "<[fim-suffix]>\nprint(a)\n<[fim-prefix]>a = <[fim-middle]>",
    "<[fim-suffix]>\nprint(a)\n<[fim-prefix]>a = <[fim-middle]>",
  ],
  mellum: [
    "<filename>src/a.py\n<fim_suffix>\nprint(a)\n<fim_prefix>a = <fim_middle>",
    "<filename>src/b.py\nB = 2\n<filename>src/a.py\n<fim_suffix>\nprint(a)\n<fim_prefix>a = <fim_middle>",
  ],
  "glm-4": [
    "<|code_prefix|>a = <|code_suffix|>\nprint(a)\n<|code_middle|>",
    "<|code_prefix|>a = <|code_suffix|>\nprint(a)\n<|code_middle|>",
  ],
  codegeex: [
    "<|user|>\n###PATH:src/a.py\n###LANGUAGE:python\n###MODE:BLOCK\n<|code_suffix|>\nprint(a)\n<|code_prefix|>a = <|code_middle|><|assistant|>\n",
    "<|user|>\n###PATH:src/a.py\n###LANGUAGE:python\n###MODE:BLOCK\n<|code_suffix|>\nprint(a)\n<|code_prefix|>a = <|code_middle|><|assistant|>\n",
  ],
};

test("every family has a golden prompt", () => {
  expect(templateFamilies.map(({ family }) => family).toSorted()).toEqual(
    Object.keys(golden).toSorted(),
  );
});

test.each(templateFamilies.map((template) => [template.family, template] as const))(
  "%s",
  (family, template) => {
    const [alone, withSnippet] = golden[family] ?? [];
    expect(render(template).text).toBe(alone);
    expect(render(template, [snippet]).text).toBe(withSnippet);
  },
);

test.each(templateFamilies.map((template) => [template.family, template] as const))(
  "%s: its tokens in the user's text are broken",
  (_family, template) => {
    for (const sentinel of template.sentinels) {
      const { text } = render(template, [], [`x = '${sentinel}'\n`, `\ny = '${sentinel}'\n`]);
      const ours = render(template).text.split(sentinel).length;
      expect(text.split(sentinel)).toHaveLength(ours);
    }
  },
);

test.each([
  ["codestral-latest", "codestral"],
  ["mistralai/Codestral-22B-v0.1", "codestral"],
  ["Qwen/Qwen2.5-Coder-7B", "qwen-coder"],
  ["qwen3-coder:30b", "qwen-coder"],
  ["zai-org/GLM-4.6", "glm-4"],
  ["glm4:9b", "glm-4"],
  ["deepseek-v4-flash", "deepseek-coder"],
  ["CodeQwen1.5-7B", "starcoder"],
  ["bigcode/starcoder2-15b", "starcoder2"],
  ["starcoder:7b", "starcoder"],
  ["stable-code-3b", "stable-code"],
  ["stablecode:3b", "stable-code"],
  ["granite-4.0-h-tiny", "granite-4"],
  ["granite3.3:8b", "granite-4"],
  ["granite-code:3b", "granite"],
  ["ibm-granite/granite-3b-code-base", "granite"],
  ["deepseek-coder-v2:16b", "deepseek-coder"],
  ["codellama:7b-code", "codellama"],
  ["CodeLlama-13b-hf", "codellama"],
  ["codegemma:2b", "codegemma"],
  ["ByteDance-Seed/Seed-Coder-8B-Base", "seed-coder"],
  ["JetBrains/Mellum-4b-base", "mellum"],
  ["codegeex4:9b", "codegeex"],
  ["llama3.2:3b", undefined],
])("%s is of the family %s", (model, family) => {
  expect(templateFor(model)?.family).toBe(family);
});
