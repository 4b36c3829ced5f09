/** Measures real completions of a built-in snippet: whether the provider answers, how fast, and with what text. */
import { languageIdOf } from "../../engine/languages/language-of.ts";
import type { DocumentSnapshot, Offset } from "../../engine/document.ts";
import { answerReader } from "../../engine/postprocess/index.ts";
import type { FimRequest } from "../../engine/prompt/prompt.ts";
import { completionSite, type CompletionSite } from "../../engine/site.ts";
import { ProviderError, type FimProvider } from "../../providers/provider.ts";
import type { Settings } from "../../settings/schema.ts";
import { failed, ok, warning, type Check } from "./doctor-report.ts";
import { invokedPrompt } from "../explain/invoked-prompt.ts";

/** The workspace model can continue this text too: it repeats what it has seen. */
const before = `def area(width, height):
    return width * height


def volume(width, height, depth):
    return width * `;
const after = `


print(area(2, 3), volume(2, 3, 4))
`;

const uri = "untitled:doctor.py";

export function snippetSite(): CompletionSite {
  const document: DocumentSnapshot = {
    uri,
    languageId: languageIdOf(undefined, uri),
    version: 1,
    revision: 1,
    text: before + after,
    anchor: { offset: 0 as Offset, byteOffset: 0 },
  };
  return completionSite(document, before.length as Offset);
}

export function snippetRequest(provider: FimProvider, settings: Settings): FimRequest {
  const site = snippetSite();
  return { site, prompt: invokedPrompt(site, provider.shape, settings), trigger: "invoked" };
}

export interface Measured {
  readonly text: string;
  readonly firstTextMs: number;
  readonly totalMs: number;
  /** Whether the text came in more than one piece. */
  readonly pieces: number;
  readonly promptTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly completionTokens: number | undefined;
}

/** @throws ProviderError */
export async function measure(provider: FimProvider, request: FimRequest): Promise<Measured> {
  const startedAt = performance.now();
  let firstTextMs = Number.NaN;
  let text = "";
  let pieces = 0;
  let usage;
  for await (const event of provider.complete(request, new AbortController().signal)) {
    if (event.kind === "end") ({ usage } = event);
    else {
      if (pieces === 0) firstTextMs = performance.now() - startedAt;
      text += event.text;
      pieces++;
    }
  }
  const totalMs = performance.now() - startedAt;
  return {
    text,
    firstTextMs: pieces === 0 ? totalMs : firstTextMs,
    totalMs,
    pieces,
    promptTokens: usage?.promptTokens,
    cachedTokens: usage?.cachedTokens,
    completionTokens: usage?.completionTokens,
  };
}

const warmRequests = 3;

export async function completionChecks(
  provider: FimProvider,
  settings: Settings,
): Promise<readonly Check[]> {
  const request = snippetRequest(provider, settings);
  try {
    const cold = await measure(provider, request);
    const warm: Measured[] = [];
    for (let count = 0; count < warmRequests; count++) warm.push(await measure(provider, request));
    return [streamingCheck(cold), speedCheck(cold, warm), shownCheck(request.site, request, cold)];
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return [failed("completion", error.message)];
  }
}

function streamingCheck({ pieces }: Measured): Check {
  if (pieces > 1) return ok("streaming", `${pieces} pieces`, { pieces });
  return warning("streaming", "the answer came in one piece", "answers cannot be stopped early");
}

function speedCheck(cold: Measured, warm: readonly Measured[]): Check {
  const firstTexts = warm.map(({ firstTextMs }) => firstTextMs).toSorted((a, b) => a - b);
  const warmMs = Math.round(firstTexts[firstTexts.length >> 1] ?? Number.NaN);
  const coldMs = Math.round(cold.firstTextMs);
  const speeds = warm.flatMap(({ completionTokens = 0, totalMs, firstTextMs }) => {
    const generatingMs = totalMs - firstTextMs;
    return completionTokens > 1 && generatingMs > 0
      ? [((completionTokens - 1) / generatingMs) * 1000]
      : [];
  });
  const tokensPerSecond = speeds.length === 0 ? undefined : Math.round(Math.max(...speeds));
  const speed = tokensPerSecond === undefined ? "" : `, ${tokensPerSecond} tokens/s`;
  return ok("speed", `first text after ${coldMs} ms, then ${warmMs} ms${speed}`, {
    coldMs,
    warmMs,
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  });
}

function shownCheck(site: CompletionSite, { prompt }: FimRequest, { text }: Measured): Check {
  const reader = answerReader(site, prompt, {});
  reader.push(text);
  const result = reader.finish("stop");
  if (result.kind === "kept") return ok("completion", shownInPlace(result.insertText));
  return failed("completion", `an answer came, but nothing of it can be shown (${result.reason})`);
}

/** The snippet's line with the suggestion inserted. */
export function shownInPlace(insertText: string): string {
  const line = before.slice(before.lastIndexOf("\n") + 1).trimStart();
  return `${line}⟦${insertText.replaceAll("\n", "⏎")}⟧`;
}
