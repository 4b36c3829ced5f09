/** Counts what happens: numbers only, never text. */
import type { SuggestionOrigin } from "../engine/outcome.ts";
import { estimateTokens } from "../engine/prompt/tokens.ts";
import type { EndedRequest } from "./provider/request-sender.ts";
import type { Counters } from "./status.ts";

type CountedName = Exclude<keyof Counters, "estimatedCost">;

/** US dollars per million tokens. */
interface Price {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** List prices by the beginning of the model's id. Source: Mistral's price page for codestral-2508. */
const prices: readonly (readonly [string, Price])[] = [
  ["codestral", { input: 0.3, cachedInput: 0.03, output: 0.9 }],
];

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

  /** What a request cost: as billed, or estimated where it was stopped before the provider could say. */
  addEnded({ prepared, raw, usage, ending, provider, isStoppedUnlikely }: EndedRequest): void {
    const { prompt } = prepared.request;
    const { model, isMetered } = provider;
    this.add("maskedSecrets", prompt.maskedSecrets);
    if (ending.kind === "aborted") this.add("cancelled");
    if (isStoppedUnlikely) this.add("stoppedUnlikely");
    if (ending.kind === "failed") return;
    const tokensIn = usage?.promptTokens ?? prompt.estimatedTokens;
    const cached = usage?.cachedTokens ?? 0;
    const tokensOut = usage?.completionTokens ?? estimateTokens(raw);
    const kept = ending.kind === "kept" ? ending.result.insertText + ending.result.rest : "";
    this.add("tokensIn", tokensIn);
    this.add("cachedTokensIn", cached);
    this.add("tokensOut", Math.round(tokensOut));
    this.add("lateTokens", Math.max(0, Math.round(tokensOut - estimateTokens(kept))));
    const price = isMetered ? prices.find(([start]) => model.startsWith(start))?.[1] : undefined;
    if (price === undefined) return;
    const dollars =
      (tokensIn - cached) * price.input + cached * price.cachedInput + tokensOut * price.output;
    this.#cost = (this.#cost ?? 0) + dollars / 1_000_000;
  }
}
