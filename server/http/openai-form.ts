/** OpenAI's `POST /v1/completions`: `prompt` and `suffix`, or one prompt with the sentinels of a model family. */
import { z } from "zod";

import { takeApart } from "../engine/prompt/take-apart.ts";
import {
  optionalText,
  parseFields,
  stops,
  stream,
  takeLanguageOff,
  text,
} from "./question-fields.ts";
import { BadRequest, type WireForm } from "./wire-form.ts";

const question = z.object({
  prompt: z
    .union([text, z.tuple([text])])
    .transform((value) => (typeof value === "string" ? value : value[0])),
  suffix: optionalText,
  stop: stops,
  stream,
  max_tokens: z.number().nullish(),
});

export const openaiForm: WireForm = {
  path: "/v1/completions",

  parse(body) {
    const fields = parseFields(question, body);
    const parts = takeApart(fields.prompt);
    if (parts === undefined) {
      throw new BadRequest(
        'the field "prompt" has the sentinels of a model family that is not known here: send the text before the cursor in "prompt" and the text after it in "suffix"',
      );
    }
    const { prefix, languageId } = takeLanguageOff(parts.prefix);
    return {
      prefix,
      suffix: fields.suffix ?? parts.suffix,
      path: parts.path,
      languageId,
      files: parts.files,
      stops: fields.stop,
      isStreamed: fields.stream,
      isWarmUp: fields.max_tokens === 0,
    };
  },

  answer: (content, facts) => ({
    ...head(facts),
    choices: [choice(content, "stop")],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),

  events: (content, facts) => [
    JSON.stringify({ ...head(facts), choices: [choice(content, null)] }),
    JSON.stringify({ ...head(facts), choices: [choice("", "stop")] }),
    "[DONE]",
  ],

  refusal: (status, message) => ({
    error: {
      message,
      type: status === 401 ? "authentication_error" : "invalid_request_error",
      param: null,
      code: null,
    },
  }),
};

function head({ id, createdAt, model }: Parameters<WireForm["answer"]>[1]) {
  return { id, object: "text_completion", created: createdAt, model };
}

function choice(content: string, finish_reason: "stop" | null) {
  return { text: content, index: 0, logprobs: null, finish_reason };
}
