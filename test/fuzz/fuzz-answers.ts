/** What the provider answers in a fuzzed session: decided by the prompt alone, so that a seed replays. */
import { json, middle, silence, type Answer } from "../support/fim-answers.ts";

export function answerByPrompt(body: string): Answer {
  let sum = 0;
  for (let at = 0; at < body.length; at += 7) sum = (sum * 31 + body.charCodeAt(at)) % 1009;
  if (sum % 13 === 0) return middle("value\nsecond();\n");
  if (sum % 17 === 0) return middle("");
  if (sum % 101 === 0) return json(400, { message: "odd prompt" });
  if (sum % 211 === 0) return silenceFor;
  return middle("x");
}

/** Comes when everybody has given up, or is aborted. */
const silenceFor: Answer = async (exchange) => {
  await silence(exchange);
  await Promise.race([exchange.closed, after(300)]);
  await middle("late")(exchange);
};

export function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
