/** Answers of model servers that people run themselves, in their recorded forms. */
import { json, sendPieces, type Answer, type MiddleOptions } from "./fim-answers.ts";

type Options = Pick<
  MiddleOptions,
  "chunking" | "eol" | "eventLength" | "holdAfterFirst" | "holdHeaders" | "finishReason"
>;

/** llama.cpp's `/infill` (server 0.7.0): one event per token, the last with `stop: true`, no `[DONE]`. */
export function infill(
  text: string,
  options: Options & { readonly prompt?: string; readonly stopType?: string } = {},
): Answer {
  return async (exchange) => {
    await options.holdHeaders?.opened;
    const last = {
      content: "",
      stop: true,
      stop_type: options.stopType ?? "eos",
      tokens_predicted: 5,
      tokens_evaluated: 40,
      timings: { cache_n: 30, prompt_n: 10, predicted_n: 5 },
      ...(options.prompt !== undefined && { prompt: options.prompt }),
    };
    if (exchange.json["stream"] !== true) return json(200, { ...last, content: text })(exchange);
    const { eol = "\n" } = options;
    const events = pieces(text, options).map((content, index) => ({
      index: 0,
      content,
      tokens: [index],
      stop: false,
      id_slot: -1,
      tokens_predicted: index + 1,
      tokens_evaluated: 40,
    }));
    const lines = [...events, last].map((event) => `data: ${JSON.stringify(event)}${eol}${eol}`);
    return sendPieces(exchange, [`:${eol}${eol}`, ...lines], options);
  };
}

/** Ollama's `/api/generate`: a line of JSON for each piece. */
export function generate(text: string, options: Options = {}): Answer {
  return async (exchange) => {
    await options.holdHeaders?.opened;
    const head = { model: exchange.json["model"], created_at: "2026-01-01T00:00:00Z" };
    const last = {
      ...head,
      response: "",
      done: true,
      done_reason: options.finishReason ?? "stop",
      prompt_eval_count: 12,
      eval_count: 5,
      total_duration: 1,
    };
    if (exchange.json["stream"] !== true) return json(200, { ...last, response: text })(exchange);
    const events = pieces(text, options).map((response) => ({ ...head, response, done: false }));
    const lines = [...events, last].map((event) => JSON.stringify(event) + (options.eol ?? "\n"));
    return sendPieces(exchange, lines, {
      ...options,
      headers: { "content-type": "application/x-ndjson" },
    });
  };
}

/** `/completions` of the OpenAI form, as vLLM and DeepSeek stream it. */
export function completions(text: string, options: Options = {}): Answer {
  return async (exchange) => {
    await options.holdHeaders?.opened;
    const { eol = "\n", finishReason = "stop" } = options;
    const head = { id: "cmpl-1", object: "text_completion", created: 1, model: "m" };
    const usage = { prompt_tokens: 12, completion_tokens: 5, prompt_cache_hit_tokens: 8 };
    if (exchange.json["stream"] !== true) {
      const choices = [{ index: 0, text, finish_reason: finishReason }];
      return json(200, { ...head, choices, usage })(exchange);
    }
    const chunks: object[] = pieces(text, options).map((piece) => ({
      ...head,
      choices: [{ index: 0, text: piece, finish_reason: null, logprobs: null }],
    }));
    chunks.push({ ...head, choices: [{ index: 0, text: "", finish_reason: finishReason }], usage });
    const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${eol}${eol}`);
    return sendPieces(
      exchange,
      [`: keep-alive${eol}${eol}`, ...lines, `data: [DONE]${eol}${eol}`],
      options,
    );
  };
}

function pieces(text: string, { eventLength = 4 }: Options): readonly string[] {
  const characters = Array.from(text);
  const found: string[] = [];
  for (let start = 0; start < characters.length; start += eventLength) {
    found.push(characters.slice(start, start + eventLength).join(""));
  }
  return found;
}
