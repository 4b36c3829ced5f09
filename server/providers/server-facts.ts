/**
 * A provider that learns from its server which prompts to send. A request that comes while it learns waits, and
 * is built anew when what was learnt changes the shape it was built for.
 */
import { abortable } from "../base/wait.ts";
import type { PromptShape } from "../engine/prompt/prompt.ts";
import { ProviderError, type ProviderFacts } from "./provider.ts";

export interface Learning {
  /** Runs `learn`; requests wait for it. Never rejects: what fails at the server is in the facts. */
  run(learn: () => Promise<ProviderFacts>): Promise<ProviderFacts>;
  /**
   * Resolves when nothing is being learnt.
   * @throws the signal's reason once it is aborted; ProviderError (`isPromptTooLong`) when `shape` has changed
   */
  finished(shape: () => PromptShape, signal: AbortSignal): Promise<void>;
}

export function createLearning(): Learning {
  let running: Promise<unknown> | undefined;
  return {
    async run(learn) {
      const result = learn();
      running = result;
      try {
        return await result;
      } catch (error) {
        return error instanceof ProviderError ? { failure: error } : {};
      } finally {
        if (running === result) running = undefined;
      }
    },
    async finished(shape, signal) {
      if (running === undefined) return;
      const before = shape();
      const ended = running.catch(() => undefined);
      await abortable(ended, signal);
      if (shape() === before) return;
      throw new ProviderError({
        kind: "rejected",
        isRetryable: true,
        isPromptTooLong: true,
        message: "The model's limits have just been learnt: the prompt has to be built anew.",
      });
    },
  };
}
