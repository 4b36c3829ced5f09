/** Wraps a provider and counts its requests and tokens. */
import { estimateTokens } from "../../../server/engine/prompt/tokens.ts";
import type { FimEvent, FimProvider } from "../../../server/providers/provider.ts";
import type { Tally } from "./tally.ts";

export function counted(provider: FimProvider, tally: Tally): FimProvider {
  return {
    ...provider,
    complete: (request, signal) => {
      tally.requests += 1;
      tally.tokensIn += request.prompt.estimatedTokens;
      return count(provider.complete(request, signal), signal, tally);
    },
  };
}

async function* count(
  events: AsyncIterable<FimEvent>,
  signal: AbortSignal,
  tally: Tally,
): AsyncGenerator<FimEvent> {
  try {
    for await (const event of events) {
      if (event.kind === "text") tally.tokensOut += estimateTokens(event.text);
      yield event;
    }
  } finally {
    if (signal.aborted) tally.cancelled += 1;
  }
}
