/**
 * A model of about a megabyte for a real llama.cpp server: the llama architecture, a token for each byte, and
 * the FIM tokens of Qwen2.5-Coder. Its weights are noise, so that its text is nonsense that looks a little
 * like code; streams, slots, cropping, the prompt cache and loading are those of any model.
 */
import { writeGguf, type GgufTensor, type GgufValue } from "./gguf.ts";

export interface TinyModelOptions {
  /** Without it the server refuses `/infill`. Default true. */
  readonly hasFim?: boolean;
  /** Whether it ever ends by itself. Default true. */
  readonly ends?: boolean;
  /** More of them make it slower and nothing else. Default 1. */
  readonly layers?: number;
}

const control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const fim = ["prefix", "middle", "suffix", "pad"].map((name) => `<|fim_${name}|>`);
const fimTokens = [...fim, "<|repo_name|>", "<|file_sep|>"];

const width = 320;
const heads = 5;
const inner = 64;

/** Which byte follows which is learnt from this. */
const sample = `
function total(items, start) {
  let sum = start;
  for (const item of items) {
    if (item.price > 0) { sum += item.price * item.count; }
  }
  return sum;
}
const names = users.map((user) => user.name).filter(Boolean);
def add(a, b):
    return a + b
`;

export function tinyModel({
  hasFim = true,
  ends = true,
  layers = 1,
}: TinyModelOptions = {}): Buffer {
  const bytes = byteCharacters();
  const special = hasFim ? [...control, ...fimTokens] : control;
  const tokens = [...bytes, ...special];
  const end = tokens.indexOf("<|endoftext|>");
  const follows = successors(tokens.length, ends ? end : undefined);
  const noise = noiseOf(1);
  const tensors: GgufTensor[] = [];
  const matrix = (name: string, columns: number, rows: number, scale: number): void => {
    tensors.push({ name, dimensions: [columns, rows], isHalf: true, value: () => noise() * scale });
  };
  const ones = (name: string, value: number): void => {
    tensors.push({ name, dimensions: [width], isHalf: false, value: () => value });
  };
  // One-hot, so that the output matrix is a table of which token follows which.
  tensors.push({
    name: "token_embd.weight",
    dimensions: [width, tokens.length],
    isHalf: true,
    value: (column, row) => (column === row ? 1 : 0),
  });
  for (let layer = 0; layer < layers; layer++) {
    const block = `blk.${layer}.`;
    ones(`${block}attn_norm.weight`, 1);
    for (const part of ["q", "k", "v"]) matrix(`${block}attn_${part}.weight`, width, width, 0.07);
    matrix(`${block}attn_output.weight`, width, width, 0.002 / Math.sqrt(layers));
    ones(`${block}ffn_norm.weight`, 1);
    matrix(`${block}ffn_gate.weight`, width, inner, 0.05);
    matrix(`${block}ffn_up.weight`, width, inner, 0.05);
    matrix(`${block}ffn_down.weight`, inner, width, 0.001 / Math.sqrt(layers));
  }
  ones("output_norm.weight", 1 / 16);
  tensors.push({
    name: "output.weight",
    dimensions: [width, tokens.length],
    isHalf: true,
    value: (column, row) => follows[column]?.[row] ?? 0,
  });
  return writeGguf(metadata(tokens, special.length, layers, hasFim), tensors);
}

function metadata(
  tokens: readonly string[],
  specialCount: number,
  layers: number,
  hasFim: boolean,
): Readonly<Record<string, GgufValue>> {
  const u32 = (value: number): GgufValue => ({ type: "u32", value });
  const firstSpecial = tokens.length - specialCount;
  const end = tokens.indexOf("<|endoftext|>");
  const fimIds = { pre: "prefix", mid: "middle", suf: "suffix", pad: "pad" };
  const ids = Object.entries(fimIds).map(([key, name]) => [key, `<|fim_${name}|>`] as const);
  const fimEntries = [...ids, ["rep", "<|repo_name|>"], ["sep", "<|file_sep|>"]] as const;
  return {
    "general.architecture": { type: "str", value: "llama" },
    "general.name": { type: "str", value: "tiny" },
    "general.file_type": u32(1),
    "llama.context_length": u32(16_384),
    "llama.embedding_length": u32(width),
    "llama.block_count": u32(layers),
    "llama.feed_forward_length": u32(inner),
    "llama.attention.head_count": u32(heads),
    "llama.attention.head_count_kv": u32(heads),
    "llama.attention.layer_norm_rms_epsilon": { type: "f32", value: 1e-6 },
    "llama.rope.dimension_count": u32(width / heads),
    "llama.rope.freq_base": { type: "f32", value: 10_000 },
    "llama.vocab_size": u32(tokens.length),
    "tokenizer.ggml.model": { type: "str", value: "gpt2" },
    "tokenizer.ggml.pre": { type: "str", value: "qwen2" },
    "tokenizer.ggml.tokens": { type: "str[]", value: tokens },
    // 1: ordinary, 3: control.
    "tokenizer.ggml.token_type": {
      type: "i32[]",
      value: tokens.map((_token, id) => (id < firstSpecial ? 1 : 3)),
    },
    "tokenizer.ggml.merges": { type: "str[]", value: ["Ġ Ġ"] },
    "tokenizer.ggml.eos_token_id": u32(end),
    "tokenizer.ggml.bos_token_id": u32(end),
    "tokenizer.ggml.padding_token_id": u32(end),
    "tokenizer.ggml.add_bos_token": { type: "bool", value: false },
    ...(hasFim &&
      Object.fromEntries(
        fimEntries.map(([key, token]) => [
          `tokenizer.ggml.fim_${key}_token_id`,
          u32(tokens.indexOf(token)),
        ]),
      )),
  };
}

/** GPT-2's alphabet: a printable character for each byte. */
function byteCharacters(): string[] {
  let extra = 256;
  return Array.from({ length: 256 }, (_value, byte) => {
    const isPrintable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCodePoint(isPrintable ? byte : extra++);
  });
}

/** A table of scores: which token follows which; `end` follows a line end now and then. */
function successors(size: number, end: number | undefined): readonly (readonly number[])[] {
  const counts = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  const bytes = Buffer.from(sample);
  for (let index = 1; index < bytes.length; index++) {
    const row = counts[bytes[index - 1] ?? 0];
    const next = bytes[index] ?? 0;
    if (row !== undefined) row[next] = (row[next] ?? 0) + 1;
  }
  return counts.map((row, token) => {
    const sum = row.reduce((total, count) => total + count, 0);
    // What was never seen is followed by any letter.
    const isLetter = (byte: number): boolean => byte >= 97 && byte <= 122;
    return row.map((count, next) => {
      const share = sum > 0 ? count / sum : isLetter(next) ? 1 / 26 : 0;
      const chance = token === 10 && next === end ? 0.2 : share;
      // Rounded, because logarithms are not the same to the last bit on every machine.
      return chance > 0 ? Math.max(0, Math.round((Math.log(chance) + 11.5) * 1e5) / 1e5) : 0;
    });
  });
}

/** About normal with deviation 1, always the same (a linear congruence). */
function noiseOf(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
}
