/**
 * Fits the prompt to a slow server, so that the server reads it in time for the user. The suffix is shortened
 * first: a model that reads the prefix first must read the suffix again after every key, while the prefix stays in
 * the server's cache.
 */
import type { PromptShape } from "./prompt.ts";
import { prefixShareOf } from "./window.ts";

export interface PromptBudget {
  readonly tokenBudget: number;
  readonly prefixShare: number;
  /** True if excerpts of other files are worth their tokens. */
  readonly takesSnippets: boolean;
}

/** The time within which the first byte should arrive. */
const readingSeconds = 1.5;
/** With fewer tokens of the document the model guesses. This many are worth a longer wait. */
const leastTokens = 256;
const leastSuffixTokens = 20;
/** Below this budget the file itself needs all of it. */
const leastTokensWithSnippets = 512;

/** `budget` if the server reads it in time or its speed is unknown; otherwise less. */
export function fitToSpeed(
  budget: Pick<PromptBudget, "tokenBudget" | "prefixShare">,
  order: PromptShape["order"],
  tokensPerSecond: number | undefined,
): PromptBudget {
  const { tokenBudget, prefixShare } = budget;
  const readable = (tokensPerSecond ?? Number.POSITIVE_INFINITY) * readingSeconds;
  if (readable >= tokenBudget) return { ...budget, takesSnippets: true };
  const fitted = Math.min(tokenBudget, Math.max(leastTokens, readable));
  const takesSnippets = fitted >= leastTokensWithSnippets;
  if (order === "suffixFirst") return { tokenBudget: fitted, prefixShare, takesSnippets };
  const suffix = tokenBudget * (1 - prefixShareOf(budget, order)) - (tokenBudget - fitted);
  const share = 1 - Math.max(leastSuffixTokens, suffix) / fitted;
  return { tokenBudget: fitted, prefixShare: Math.max(prefixShare, share), takesSnippets };
}
