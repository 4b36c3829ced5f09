/** What the session learns from the requests to the provider: counts, latency, contradicted answers. */
import { lineProbabilities } from "../engine/confidence/line-probabilities.ts";
import { tokensOf, type CounterBoard } from "./counters.ts";
import type { EndedRequest, RequestObserver } from "./provider/request-sender.ts";
import type { Exchange, SessionObserver } from "./types.ts";
import type { Typing } from "./typing/typing.ts";

export function createRequestListener(
  counters: CounterBoard,
  typing: Typing,
  observer: SessionObserver,
): RequestObserver {
  return {
    onSent({ uri }, attempt) {
      counters.add("requests");
      observer.onStateChange?.();
      if (attempt === 1) typing.of(uri).changesSinceContradiction = 0;
    },
    onEnded(ended) {
      const { ending, ask, answer, plan, tookMs } = ended;
      observer.onExchange?.(toExchange(ended));
      counters.addEnded(ended);
      noteUsage(ended, observer);
      observer.onStateChange?.();
      if (ending.kind === "kept" || ending.kind === "dropped") typing.noteLatency(tookMs);
      if (answer !== undefined && !plan.isSpeculative) typing.noteAnswer(ask, answer);
    },
    onNotice: (notice) => observer.onNotice(notice),
  };
}

function noteUsage(ended: EndedRequest, observer: SessionObserver): void {
  const tokens = tokensOf(ended);
  if (tokens === undefined) return;
  const { plan, provider, firstTextMs } = ended;
  observer.onUsage?.({
    kind: "request",
    uri: plan.uri,
    provider: provider.name,
    model: provider.model,
    tokensIn: tokens.input,
    cachedTokensIn: tokens.cachedInput,
    tokensOut: tokens.output,
    isMetered: provider.isMetered,
    firstTextMs,
  });
}

function toExchange(ended: EndedRequest): Exchange {
  const { prepared, ending, trust, isStoppedUnlikely, ...rest } = ended;
  const { raw, firstTextMs, tookMs, usage } = rest;
  const result =
    ending.kind === "kept" ? ending.result : ending.kind === "dropped" ? ending : undefined;
  const lines =
    ending.kind === "kept" && ending.evidence !== undefined
      ? lineProbabilities(ending.result.insertText, ending.evidence, 0, trust)
      : [];
  const { request } = prepared;
  return { request, raw, result, lines, isStoppedUnlikely, firstTextMs, tookMs, usage };
}
