/**
 * A provider that learns from its server which prompts to send. Requests wait while it learns. A request is built
 * again if the new facts change what is sent.
 */
import { abortable } from "../../base/wait.ts";
import { ProviderError, type ProviderFacts } from "../provider.ts";

export interface Learning {
  /** Runs `learn`; requests wait for it. Never rejects: failures at the server become part of the facts. */
  run(signal: AbortSignal): Promise<ProviderFacts>;
  /**
   * Resolves when no learning is running. If it failed because no server answered, it is tried again. @throws the
   * signal's reason once it is aborted; ProviderError (`isPromptTooLong`) if the prompt must be built again
   */
  finished(signal: AbortSignal): Promise<void>;
}

/** `state` is everything that a prompt depends on. It is compared by identity. */
export function createLearning(
  learn: (signal: AbortSignal) => Promise<ProviderFacts>,
  state: () => readonly unknown[],
): Learning {
  let running: Promise<ProviderFacts> | undefined;
  let isNothingThere = false;
  const run = async (signal: AbortSignal): Promise<ProviderFacts> => {
    try {
      isNothingThere = false;
      return await learn(signal);
    } catch (error) {
      if (!(error instanceof ProviderError)) return {};
      isNothingThere = error.kind === "unreachable" || error.kind === "timeout";
      return { failure: error };
    }
  };
  const start = (signal: AbortSignal): Promise<ProviderFacts> => {
    const result = run(signal).finally(() => {
      if (running === result) running = undefined;
    });
    running = result;
    return result;
  };
  return {
    run: start,
    async finished(signal) {
      if (running === undefined && !isNothingThere) return;
      const before = state();
      await abortable(running ?? start(new AbortController().signal), signal);
      const after = state();
      if (after.every((value, index) => value === before[index])) return;
      throw new ProviderError({
        kind: "rejected",
        isRetryable: true,
        isPromptTooLong: true,
        message: "The model's limits have just been learnt: the prompt has to be built again.",
      });
    },
  };
}
