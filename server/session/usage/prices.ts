/** What tokens cost, by model: list prices, dated, which the user's setting overrides. */

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** The day on which the list was read. */
export const pricesAsOf = "2026-11-28";

/** By the beginning of the model's id. Source: Mistral's price page for codestral-2508. DeepSeek's depend on the hour. */
const listPrices: readonly (readonly [model: string, price: Price])[] = [
  ["codestral", { input: 0.3, cachedInput: 0.03, output: 0.9 }],
];

/** `own`: entries of the setting `usage.prices`; they come first. `undefined` where no price is known. */
export function priceOf(model: string, own: readonly string[] = []): Price | undefined {
  const named = [...own.map(parsePrice).filter((each) => each !== undefined), ...listPrices];
  return named.find(([start]) => model.startsWith(start))?.[1];
}

/** `MODEL=INPUT,CACHED,OUTPUT`; `undefined` for any other text. */
export function parsePrice(text: string): readonly [model: string, price: Price] | undefined {
  const match = /^(.+)=([\d.]+),([\d.]+),([\d.]+)$/.exec(text.trim());
  const [input, cachedInput, output] = (match?.slice(2) ?? []).map(Number);
  const model = match?.[1]?.trim();
  if (model === undefined || input === undefined || cachedInput === undefined) return undefined;
  if (output === undefined || ![input, cachedInput, output].every(Number.isFinite))
    return undefined;
  return [model, { input, cachedInput, output }];
}

/** US dollars. */
export function costOf(
  { input, cachedInput, output }: Price,
  tokens: { readonly input: number; readonly cachedInput: number; readonly output: number },
): number {
  const uncached = tokens.input - tokens.cachedInput;
  const dollars = uncached * input + tokens.cachedInput * cachedInput + tokens.output * output;
  return dollars / 1_000_000;
}
