/** Mistral's `POST /v1/fim/completions`: `prompt` and `suffix`, answers in the form of its chat. */
import { z } from "zod";

import { takeFilesOff } from "../engine/prompt/take-apart.ts";
import {
  optionalText,
  parseFields,
  stops,
  stream,
  takeLanguageOff,
  text,
} from "./question-fields.ts";
import type { WireForm } from "./wire-form.ts";

const question = z.object({
  prompt: text,
  suffix: optionalText,
  stop: stops,
  stream,
  max_tokens: z.number().nullish(),
});

export const mistralForm: WireForm = {
  path: "/v1/fim/completions",

  parse(body) {
    const fields = parseFields(question, body);
    const { files, path, ...parts } = takeFilesOff(fields.prompt);
    const { prefix, languageId } = takeLanguageOff(parts.prefix);
    return {
      prefix,
      suffix: fields.suffix ?? "",
      path,
      languageId,
      files,
      stops: fields.stop,
      isStreamed: fields.stream,
      isWarmUp: fields.max_tokens === 0,
    };
  },

  answer: (content, { id, createdAt, model }) => ({
    id,
    object: "chat.completion",
    created: createdAt,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content, tool_calls: null },
        finish_reason: "stop",
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),

  events(content, { id, createdAt, model }) {
    const chunk = (delta: object, finish_reason: "stop" | null): string =>
      JSON.stringify({
        id,
        object: "chat.completion.chunk",
        created: createdAt,
        model,
        choices: [{ index: 0, delta, finish_reason }],
      });
    return [chunk({ role: "assistant", content }, null), chunk({ content: "" }, "stop"), "[DONE]"];
  },

  refusal: (status, message) => ({
    object: "error",
    message,
    type: status === 401 ? "unauthorized" : "invalid_request_error",
    param: null,
    code: null,
  }),
};
