/** Tests that only a live endpoint can answer. The results help in bug reports and in design decisions. */
import type { FimPrompt, FimRequest } from "../../engine/prompt/prompt.ts";
import { ProviderError, type FimProvider } from "../../providers/provider.ts";
import type { Settings } from "../../settings/schema.ts";
import { measure, snippetRequest } from "./doctor-completion.ts";

export interface ProbeFact {
  readonly question: string;
  readonly answer: string;
}

/** Requests about ten small completions, which a metered provider bills. `verbose` also sends an unknown field. */
export async function probe(
  provider: FimProvider,
  settings: Settings,
  verbose: FimProvider,
): Promise<readonly ProbeFact[]> {
  const request = snippetRequest(provider, settings);
  const facts: ProbeFact[] = [];
  const ask = async (question: string, find: () => Promise<string>): Promise<void> => {
    facts.push({ question, answer: await answered(find) });
  };
  await ask("empty prompt", () => textOf(provider, emptied(request, "prefix")));
  await ask("empty suffix", () => textOf(provider, emptied(request, "suffix")));
  await ask("stop string", async () => {
    const stopped = { ...request, prompt: { ...request.prompt, stops: ["*", "\n"] } };
    const { text } = await measure(provider, stopped);
    return text.includes("*") || text.includes("\n") ? "is in the text" : "is not in the text";
  });
  await ask("unknown field", async () => `is accepted, ${await textOf(verbose, request)}`);
  await ask("abort in mid-stream", () => abortAndAskAgain(provider, request));
  await ask("cached tokens", async () => {
    const { cachedTokens, promptTokens } = await measure(provider, request);
    if (promptTokens === undefined) return "no usage is reported";
    return `${cachedTokens ?? "not told"} of ${promptTokens}`;
  });
  await ask("Retry-After", () => untilRefused(provider, request));
  return facts;
}

async function answered(find: () => Promise<string>): Promise<string> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `${error.kind}${error.status === undefined ? "" : ` (${error.status})`}`;
  }
}

async function textOf(provider: FimProvider, request: FimRequest): Promise<string> {
  const { text } = await measure(provider, request);
  return text === "" ? "no text" : `${text.length} characters`;
}

function emptied(request: FimRequest, side: "prefix" | "suffix"): FimRequest {
  return { ...request, prompt: withoutSide(request.prompt, side) };
}

function withoutSide(prompt: FimPrompt, side: "prefix" | "suffix"): FimPrompt {
  switch (prompt.kind) {
    case "native":
      return side === "prefix" ? { ...prompt, prompt: "" } : { ...prompt, suffix: "" };
    case "infill":
      return side === "prefix"
        ? { ...prompt, prefix: "", linePrefix: "" }
        : { ...prompt, suffix: "" };
    case "rendered":
      return { ...prompt, text: prompt.text.replace(prompt[side], "") };
  }
}

async function abortAndAskAgain(provider: FimProvider, request: FimRequest): Promise<string> {
  const startedAt = performance.now();
  for await (const event of provider.complete(request, new AbortController().signal)) {
    if (event.kind === "text") break;
  }
  const abortedAt = performance.now();
  const { firstTextMs } = await measure(provider, request);
  const before = Math.round(abortedAt - startedAt);
  return `the next request's first text after ${Math.round(firstTextMs)} ms (before: ${before} ms)`;
}

/** A few requests at once. A small limit shows up; a large one is not worth hitting. */
async function untilRefused(provider: FimProvider, request: FimRequest): Promise<string> {
  const asked = await Promise.allSettled([1, 2, 3].map(() => measure(provider, request)));
  for (const result of asked) {
    if (result.status === "fulfilled" || !(result.reason instanceof ProviderError)) continue;
    if (result.reason.kind !== "rateLimited") continue;
    const { retryAfterMs } = result.reason;
    return retryAfterMs === undefined ? "429 without it" : `429, wait ${retryAfterMs} ms`;
  }
  return "no 429 for three requests at once";
}
