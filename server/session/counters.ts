/** Counts what happens: numbers only, never text. */
import type { SuggestionOrigin } from "../engine/outcome.ts";
import { estimateTokens } from "../engine/prompt/tokens.ts";
import type { EndedRequest } from "./provider/request-sender.ts";
import type { Counters } from "./status.ts";
import { costOf, priceOf } from "./usage/prices.ts";

type CountedName = Exclude<keyof Counters, "estimatedCost">;

export class CounterBoard {
  readonly #counts: Record<CountedName, number> = {
    asked: 0,
    requests: 0,
    joined: 0,
    fromCache: 0,
    typedThrough: 0,
    cancelled: 0,
    shown: 0,
    accepted: 0,
    charactersAccepted: 0,
    retained: 0,
    judged: 0,
    tokensIn: 0,
    cachedTokensIn: 0,
    tokensOut: 0,
    lateTokens: 0,
    heldBack: 0,
    stoppedUnlikely: 0,
    maskedSecrets: 0,
  };
  #cost: number | undefined;

  get counters(): Counters {
    return { ...this.#counts, estimatedCost: this.#cost };
  }

  add(name: CountedName, amount = 1): void {
    this.#counts[name] += amount;
  }

  addOrigin(origin: SuggestionOrigin): void {
    if (origin === "joined" || origin === "typedThrough") this.add(origin);
    if (origin === "cache") this.add("fromCache");
  }

  /** What a request to the provider cost. */
  addEnded(ended: EndedRequest): void {
    const { prepared, ending, provider, isStoppedUnlikely } = ended;
    this.add("maskedSecrets", prepared.request.prompt.maskedSecrets);
    if (ending.kind === "aborted") this.add("cancelled");
    if (isStoppedUnlikely) this.add("stoppedUnlikely");
    const tokens = tokensOf(ended);
    if (tokens === undefined) return;
    const kept = ending.kind === "kept" ? ending.result.insertText + ending.result.rest : "";
    this.add("tokensIn", tokens.input);
    this.add("cachedTokensIn", tokens.cachedInput);
    this.add("tokensOut", Math.round(tokens.output));
    this.add("lateTokens", Math.max(0, Math.round(tokens.output - estimateTokens(kept))));
    const price = provider.isMetered ? priceOf(provider.model) : undefined;
    if (price !== undefined) this.#cost = (this.#cost ?? 0) + costOf(price, tokens);
  }
}

/**
 * Tokens of a request: as billed, or estimated where it was stopped before the provider could say. `undefined` for
 * one that failed.
 */
export function tokensOf({ prepared, raw, usage, ending }: EndedRequest) {
  if (ending.kind === "failed") return undefined;
  return {
    input: usage?.promptTokens ?? prepared.request.prompt.estimatedTokens,
    cachedInput: usage?.cachedTokens ?? 0,
    output: usage?.completionTokens ?? estimateTokens(raw),
  };
}
