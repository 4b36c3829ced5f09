/**
 * FIM templates by model family, as data: for servers that accept a single text and do not know prefix and suffix.
 * Sources: the model cards and papers of the families, and the servers that implement them.
 */
import { specialTokensOf } from "./special-tokens.ts";

export interface FimTemplate {
  readonly family: string;
  /** Which part comes first in the rendered text. */
  readonly order: "suffixFirst" | "prefixFirst";
  /** Text with the placeholders `{prefix}` and `{suffix}`, and `{path}` and `{language}` if the family uses them. */
  readonly text: string;
  /** How another file is written before the text, with `{path}` and `{text}`. If absent, other files are not sent. */
  readonly snippet?: string;
  /**
   * Used instead of `text` if there are other files, which replace `{snippets}`. If absent, they are put before
   * `text`.
   */
  readonly textWithSnippets?: string;
  /** All special tokens of the family: broken up in user text, cut from the answer. */
  readonly sentinels: readonly string[];
  /** The stop strings worth sending, most important first. */
  readonly stops: readonly string[];
}

interface Family extends FimTemplate {
  /** Matches the lower-case ids under which servers list the family's models. */
  readonly models: RegExp;
}

/** Order matters: the first family that matches the model's name is used. */
const families: readonly Family[] = [
  {
    family: "codestral",
    models: /codestral/,
    order: "suffixFirst",
    // The server adds BOS. The template has no place for other files.
    text: "[SUFFIX]{suffix}[PREFIX]{prefix}",
    sentinels: specialTokensOf("codestral"),
    stops: ["</s>", "[PREFIX]", "[SUFFIX]"],
  },
  {
    family: "starcoder",
    models: /codeqwen|starcoder(?!2)|santacoder/,
    order: "prefixFirst",
    text: "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    sentinels: specialTokensOf("starcoder"),
    stops: ["<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
  },
  {
    family: "qwen-coder",
    models: /qwen/,
    order: "prefixFirst",
    text: "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    snippet: "<|file_sep|>{path}\n{text}\n",
    textWithSnippets:
      "<|repo_name|>workspace\n{snippets}<|file_sep|>{path}\n<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    sentinels: specialTokensOf("qwen-coder"),
    stops: ["<|endoftext|>", "<|file_sep|>", "<|fim_prefix|>", "<|im_end|>"],
  },
  {
    family: "starcoder2",
    models: /starcoder2/,
    order: "prefixFirst",
    text: "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    snippet: "<file_sep>{path}\n{text}\n",
    // The paper puts the path inside the prefix.
    textWithSnippets:
      "<repo_name>workspace{snippets}<file_sep><fim_prefix>{path}\n{prefix}<fim_suffix>{suffix}<fim_middle>",
    sentinels: specialTokensOf("starcoder2"),
    stops: ["<|endoftext|>", "<file_sep>", "<fim_prefix>", "<repo_name>"],
  },
  {
    family: "stable-code",
    models: /stable-?code/,
    order: "prefixFirst",
    text: "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    sentinels: specialTokensOf("stable-code"),
    stops: ["<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
  },
  {
    family: "granite-4",
    models: /granite[-_:]?(?:4|3[.-]3)/,
    order: "prefixFirst",
    text: "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    sentinels: specialTokensOf("granite-4"),
    stops: ["<|end_of_text|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
  },
  {
    family: "granite",
    models: /granite/,
    order: "prefixFirst",
    text: "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
    sentinels: specialTokensOf("granite"),
    stops: ["<|endoftext|>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
  },
  {
    family: "deepseek-coder",
    models: /deepseek/,
    order: "prefixFirst",
    // U+FF5C bars and U+2581 blocks.
    text: "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",
    sentinels: specialTokensOf("deepseek-coder"),
    stops: ["<｜end▁of▁sentence｜>", "<|EOT|>", "<｜fim▁begin｜>", "<｜fim▁hole｜>"],
  },
  {
    family: "codellama",
    models: /code-?llama/,
    order: "prefixFirst",
    // The blanks are part of it.
    text: "<PRE> {prefix} <SUF>{suffix} <MID>",
    sentinels: specialTokensOf("codellama"),
    stops: ["<EOT>", "</s>", "<PRE>", "<SUF>"],
  },
  {
    family: "codegemma",
    models: /codegemma/,
    order: "prefixFirst",
    text: "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    snippet: "{text}\n<|file_separator|>",
    sentinels: specialTokensOf("codegemma"),
    stops: ["<|file_separator|>", "<eos>", "<end_of_turn>", "<|fim_prefix|>"],
  },
  {
    family: "seed-coder",
    models: /seed-?coder/,
    order: "suffixFirst",
    text: "<[fim-suffix]>{suffix}<[fim-prefix]>{prefix}<[fim-middle]>",
    sentinels: specialTokensOf("seed-coder"),
    stops: ["<[end▁of▁sentence]>", "<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>"],
  },
  {
    family: "mellum",
    models: /mellum/,
    order: "suffixFirst",
    text: "<filename>{path}\n<fim_suffix>{suffix}<fim_prefix>{prefix}<fim_middle>",
    snippet: "<filename>{path}\n{text}\n",
    sentinels: specialTokensOf("mellum"),
    stops: ["<|endoftext|>", "<filename>", "<fim_suffix>", "<fim_prefix>"],
  },
  {
    family: "glm-4",
    // The order in which llama.cpp's infill puts the tokens that GLM-4.5 to 4.7 name in their tokenizers.
    models: /glm-?4/,
    order: "prefixFirst",
    text: "<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>",
    sentinels: [
      "<|code_prefix|>",
      "<|code_suffix|>",
      "<|code_middle|>",
      "<|endoftext|>",
      "<|user|>",
      "<|assistant|>",
      "<|observation|>",
    ],
    stops: ["<|endoftext|>", "<|user|>", "<|observation|>", "<|code_prefix|>"],
  },
  {
    family: "codegeex",
    models: /codegeex/,
    order: "suffixFirst",
    text: "<|user|>\n###PATH:{path}\n###LANGUAGE:{language}\n###MODE:BLOCK\n<|code_suffix|>{suffix}<|code_prefix|>{prefix}<|code_middle|><|assistant|>\n",
    sentinels: specialTokensOf("codegeex"),
    stops: ["<|user|>", "<|endoftext|>", "<|code_suffix|>", "<|code_prefix|>"],
  },
];

/** The template for a model id or a file name that a server reports; `undefined` if no family matches. */
export function templateFor(model: string): FimTemplate | undefined {
  const name = model.toLowerCase();
  return families.find(({ models }) => models.test(name));
}

/** The known families, for documentation and tests. */
export const templateFamilies: readonly FimTemplate[] = families;
