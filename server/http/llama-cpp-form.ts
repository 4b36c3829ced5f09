/** llama.cpp's `POST /infill`: whole lines before and after, the begun line in `prompt`, other files in `input_extra`. */
import { z } from "zod";

import { optionalText, parseFields, stops, stream, text } from "./question-fields.ts";
import type { AnswerFacts, WireForm } from "./wire-form.ts";

const question = z.object({
  input_prefix: text,
  input_suffix: text,
  prompt: optionalText,
  input_extra: z.array(z.object({ text, filename: optionalText })).nullish(),
  n_predict: z.number().nullish(),
  stop: stops,
  stream,
});

export const llamaCppForm: WireForm = {
  path: "/infill",

  parse(body) {
    const fields = parseFields(question, body);
    return {
      prefix: fields.input_prefix + (fields.prompt ?? ""),
      suffix: fields.input_suffix,
      path: undefined,
      languageId: undefined,
      files: (fields.input_extra ?? []).map((extra) => ({
        path: extra.filename ?? "",
        text: extra.text,
      })),
      stops: fields.stop,
      isStreamed: fields.stream,
      isWarmUp: fields.n_predict === 0,
    };
  },

  answer: (content, facts) => ending(content, facts),

  events: (content, facts) => [
    JSON.stringify({ index: 0, content, tokens: [], stop: false, id_slot: 0 }),
    JSON.stringify(ending("", facts)),
  ],

  refusal: (status, message) => ({
    error: {
      code: status,
      message,
      type: status === 401 ? "authentication_error" : "invalid_request_error",
    },
  }),
};

function ending(content: string, { model }: AnswerFacts) {
  return {
    index: 0,
    content,
    tokens: [],
    id_slot: 0,
    stop: true,
    model,
    stop_type: "eos",
    stopping_word: "",
    truncated: false,
    tokens_predicted: 0,
    tokens_evaluated: 0,
    tokens_cached: 0,
  };
}
