/**
 * The special tokens of the model families, as their published tokenizers list them. The tokens of a family are
 * broken up in user text before a template wraps it. They also end an answer of a model of that family.
 */
export interface TokenList {
  readonly family: string;
  /** The published file with the list. */
  readonly source: string;
  readonly tokens: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const specialTokens: readonly TokenList[] = [
  {
    family: "codestral",
    source:
      "mistralai/Codestral-22B-v0.1 tokenizer.model.v3; mistral-common tokens/tokenizers/base.py",
    tokens: words(`[PREFIX] [SUFFIX] [MIDDLE] </s> [INST] [/INST] [TOOL_CALLS] [AVAILABLE_TOOLS]
      [/AVAILABLE_TOOLS] [TOOL_RESULTS] [/TOOL_RESULTS]`),
  },
  {
    family: "starcoder",
    source: "bigcode/starcoder special_tokens_map.json",
    tokens:
      words(`<fim_prefix> <fim_suffix> <fim_middle> <fim_pad> <|endoftext|> <filename> <reponame>
      <gh_stars> <issue_start> <issue_comment> <issue_closed> <jupyter_start> <jupyter_text>
      <jupyter_code> <jupyter_output> <empty_output> <commit_before> <commit_msg> <commit_after>`),
  },
  {
    family: "starcoder2",
    source: "bigcode/starcoder2-15b special_tokens_map.json",
    tokens:
      words(`<fim_prefix> <fim_suffix> <fim_middle> <fim_pad> <|endoftext|> <repo_name> <file_sep>
      <issue_start> <issue_comment> <issue_closed> <jupyter_start> <jupyter_text> <jupyter_code>
      <jupyter_output> <jupyter_script> <empty_output> <code_to_intermediate> <intermediate_to_code>
      <pr_start> <pr_status> <pr_is_merged> <pr_base> <pr_file> <pr_base_code> <pr_diff> <pr_diff_hunk>
      <pr_comment> <pr_event_id> <pr_review> <pr_review_state> <pr_review_comment> <pr_in_reply_to_review_id>
      <pr_in_reply_to_comment_id> <pr_diff_hunk_comment_line>`),
  },
  {
    family: "santacoder",
    source: "bigcode/santacoder special_tokens_map.json",
    tokens: words(`<fim-prefix> <fim-suffix> <fim-middle> <fim-pad> <|endoftext|>`),
  },
  {
    family: "qwen-coder",
    source: "Qwen/Qwen2.5-Coder and Qwen3-Coder tokenizer_config.json",
    tokens:
      words(`<|fim_prefix|> <|fim_suffix|> <|fim_middle|> <|fim_pad|> <|repo_name|> <|file_sep|>
      <|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|>
      <|box_end|> <|quad_start|> <|quad_end|> <|vision_start|> <|vision_end|> <|vision_pad|>
      <|image_pad|> <|video_pad|> <tool_call> </tool_call> <tool_response> </tool_response>`),
  },
  {
    family: "stable-code",
    source: "stabilityai/stable-code-3b special_tokens_map.json",
    tokens:
      words(`<fim_prefix> <fim_suffix> <fim_middle> <fim_pad> <|endoftext|> <filename> <gh_stars>
      <issue_start> <issue_comment> <issue_closed> <jupyter_start> <jupyter_text> <jupyter_code>
      <jupyter_output> <empty_output> <commit_before> <commit_msg> <commit_after> <reponame>
      <repo_continuation> <|im_start|> <|im_end|>`),
  },
  {
    family: "granite",
    source: "ibm-granite/granite-8b-code-base tokenizer.json",
    tokens:
      words(`<fim_prefix> <fim_suffix> <fim_middle> <fim_pad> <|endoftext|> <filename> <reponame>
      <gh_stars> <issue_start> <issue_comment> <issue_closed> <jupyter_start> <jupyter_text>
      <jupyter_code> <jupyter_output> <empty_output> <commit_before> <commit_msg> <commit_after>`),
  },
  {
    family: "granite-4",
    source: "ibm-granite/granite-4.0 tokenizer_config.json",
    tokens:
      words(`<|fim_prefix|> <|fim_suffix|> <|fim_middle|> <|fim_pad|> <|end_of_text|> <|pad|> <|unk|>
      <|filename|> <|reponame|> <|start_of_role|> <|end_of_role|> <|tool_call|> <|start_of_cite|>
      <|end_of_cite|> <|start_of_plugin|> <|end_of_plugin|> <tool_call> </tool_call> <tool_response>
      </tool_response>`),
  },
  {
    family: "deepseek-coder",
    source: "deepseek-ai/DeepSeek-Coder-V2-Base and DeepSeek-V3 tokenizer.json",
    tokens:
      words(`<｜fim▁begin｜> <｜fim▁hole｜> <｜fim▁end｜> <｜begin▁of▁sentence｜> <｜end▁of▁sentence｜> <|EOT|>
      <｜User｜> <｜Assistant｜> <｜▁pad▁｜> <｜tool▁calls▁begin｜> <｜tool▁calls▁end｜> <｜tool▁call▁begin｜>
      <｜tool▁call▁end｜> <｜tool▁outputs▁begin｜> <｜tool▁outputs▁end｜> <｜tool▁output▁begin｜>
      <｜tool▁output▁end｜> <｜tool▁sep｜>`),
  },
  {
    family: "codellama",
    source: "codellama/CodeLlama-7b-hf special_tokens_map.json",
    tokens: words(`<PRE> <SUF> <MID> <EOT> </s> [INST] [/INST] <<SYS>> <</SYS>>`),
  },
  {
    family: "codegemma",
    source: "google/codegemma-7b and gemma-3 tokenizer.json",
    tokens:
      words(`<|fim_prefix|> <|fim_suffix|> <|fim_middle|> <|file_separator|> <bos> <eos> <start_of_turn>
      <end_of_turn> <start_of_image> <end_of_image>`),
  },
  {
    family: "seed-coder",
    source: "ByteDance-Seed/Seed-Coder-8B-Base tokenizer_config.json",
    tokens:
      words(`<[fim-suffix]> <[fim-prefix]> <[fim-middle]> <[begin▁of▁sentence]> <[end▁of▁sentence]>
      <[PAD▁TOKEN]> <[SEP▁TOKEN]> <[CLS▁TOKEN]>`),
  },
  {
    family: "mellum",
    source: "JetBrains/Mellum-4b-base special_tokens_map.json",
    tokens:
      words(`<filename> <reponame> <fim_suffix> <fim_prefix> <fim_middle> <fim_pad> <|endoftext|>
      <gh_stars> <issue_start> <issue_comment> <issue_closed> <jupyter_start> <jupyter_text>
      <jupyter_code> <jupyter_output> <empty_output> <commit_before> <commit_msg> <commit_after>`),
  },
  {
    family: "codegeex",
    source: "THUDM/codegeex4-all-9b tokenizer_config.json",
    tokens: words(`<|user|> <|assistant|> <|system|> <|observation|> <|code_suffix|> <|code_prefix|>
      <|code_middle|> <|cursor|> <|endoftext|> [MASK] [gMASK] [sMASK] <sop> <eop>
      <|begin_of_image|> <|end_of_image|> <|begin_of_video|> <|end_of_video|>`),
  },
  {
    family: "llama",
    source: "meta-llama/Llama-3.1 and Llama-4 tokenizer_config.json",
    tokens:
      words(`<|begin_of_text|> <|end_of_text|> <|eot_id|> <|eom_id|> <|eot|> <|eom|> <|start_header_id|>
      <|end_header_id|> <|header_start|> <|header_end|> <|python_tag|> <|python_start|> <|python_end|>
      <|finetune_right_pad_id|> <|fim_prefix|> <|fim_middle|> <|fim_suffix|>`),
  },
  {
    family: "phi",
    source: "microsoft/Phi-4 tokenizer_config.json",
    tokens: words(`<|im_start|> <|im_end|> <|im_sep|> <|endoftext|> <|fim_prefix|> <|fim_middle|>
      <|fim_suffix|> <|endofprompt|> <|system|> <|user|> <|assistant|> <|end|> <|placeholder1|>`),
  },
  {
    family: "gpt-oss",
    source: "openai/gpt-oss-20b tokenizer_config.json; openai/tiktoken ext (o200k_harmony)",
    tokens: words(`<|start|> <|end|> <|message|> <|channel|> <|constrain|> <|call|> <|return|>
      <|startoftext|> <|endoftext|> <|endofprompt|> <|refusal|>`),
  },
  {
    family: "glm",
    source: "zai-org/GLM-4.5 tokenizer_config.json",
    tokens:
      words(`<|endoftext|> [MASK] [gMASK] [sMASK] <sop> <eop> <|system|> <|user|> <|assistant|>
      <|observation|> <|code_prefix|> <|code_middle|> <|code_suffix|> <tool_call> </tool_call>`),
  },
  {
    family: "kimi",
    source: "moonshotai/Kimi-K2 tokenizer_config.json",
    tokens: words(`[BOS] [EOS] [EOT] [PAD] <|im_end|> <|im_user|> <|im_assistant|> <|im_system|>
      <|im_middle|> <|start_header_id|> <|end_header_id|> <|media_start|> <|media_content|>
      <|media_end|> <|media_pad|> <|tool_calls_section_begin|> <|tool_calls_section_end|>
      <|tool_call_begin|> <|tool_call_argument_begin|> <|tool_call_end|>`),
  },
  {
    family: "lfm2",
    source: "LiquidAI/LFM2 tokenizer_config.json",
    tokens:
      words(`<|pad|> <|startoftext|> <|endoftext|> <|fim_pre|> <|fim_mid|> <|fim_suf|> <|im_start|>
      <|im_end|> <|tool_list_start|> <|tool_list_end|> <|tool_call_start|> <|tool_call_end|>
      <|tool_response_start|> <|tool_response_end|>`),
  },
  {
    family: "falcon-h1",
    source: "ggml-org/llama.cpp src/llama-vocab.cpp (Falcon-H1-Tiny-Coder)",
    tokens: words(`<|prefix|> <|suffix|> <|middle|> <|endoftext|>`),
  },
  {
    family: "gemma-4",
    source: "ggml-org/llama.cpp src/llama-vocab.cpp (gemma4)",
    tokens: words(`<|turn> <turn|> <|tool_response> <tool_response|> <|tool_call> <tool_call|>`),
  },
  {
    family: "command",
    source: "CohereLabs/c4ai-command-r-v01 tokenizer_config.json",
    tokens: words(`<|START_OF_TURN_TOKEN|> <|END_OF_TURN_TOKEN|> <|USER_TOKEN|> <|CHATBOT_TOKEN|>
      <|SYSTEM_TOKEN|> <BOS_TOKEN> <EOS_TOKEN> <PAD_TOKEN> <MASK_TOKEN> <SEP_TOKEN> <CLS_TOKEN>`),
  },
  {
    family: "internlm",
    source: "internlm/internlm2_5-7b-chat tokenizer_config.json",
    tokens: words(
      `<|im_start|> <|im_end|> <|action_start|> <|action_end|> <|interpreter|> <|plugin|>`,
    ),
  },
  {
    family: "minimax",
    source: "MiniMaxAI/MiniMax-M2 tokenizer_config.json",
    tokens:
      words(`]~b] ]~!b[ [e~[ <fim_prefix> <fim_middle> <fim_suffix> <fim_pad> <reponame> <filename>
      <gh_stars> <issue_start> <jupyter_start> <commit_before>`),
  },
];

const byFamily = new Map(specialTokens.map(({ family, tokens }) => [family, tokens]));

/** The tokens of a family, by its name in the list; empty for an unknown family. */
export function specialTokensOf(family: string): readonly string[] {
  return byFamily.get(family) ?? [];
}

/**
 * Tokens that no program contains by chance, so they end the answer of any model. The family of a model is often
 * unknown, and servers write tokens of other families too. Tokens that are ordinary text elsewhere (`</s>`,
 * `[INST]`, `<filename>`, `<tool_call>`) count only for their own family.
 */
const distinctForms = [
  "<\\|[A-Za-z][\\w.-]{1,40}\\|>",
  "<｜[^｜\\n]{1,30}｜>",
  "<\\[(?:fim-\\w{3,10}|\\w{3,10}▁[\\w▁]{2,20})\\]>",
  "<fim[_-](?:prefix|suffix|middle|pad)>",
  "<(?:(?:start|end)_of_turn|jupyter_(?:start|text|code|output|script)|empty_output)>",
  "<\\|(?:turn|tool_call|tool_response)>|<(?:turn|tool_call|tool_response)\\|>",
];

/** Tokens that may also be program text: an index by a constant, a tag. Only their position shows which it is. */
export const ambiguousToken: RegExp = /\[(?:PREFIX|SUFFIX|MIDDLE)\]|<(?:file_sep|EOT)>/g;

export const distinctToken: RegExp = new RegExp(distinctForms.join("|"), "g");
