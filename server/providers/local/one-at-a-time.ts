/**
 * Runs one request at a time, for a server that computes one at a time and for which an abort costs more than the
 * next token. A request that is aborted before its first event continues unseen until that event.
 */
import { abortable } from "../../base/wait.ts";

export interface OneAtATime {
  /** The events of `start`, once it is its turn. @throws the signal's reason at once if it is aborted */
  stream<Event>(
    start: (signal: AbortSignal) => AsyncIterable<Event>,
    signal: AbortSignal,
  ): AsyncGenerator<Event>;
  /** Like `stream`, for a single result. Not aborted once it has begun. */
  run<Result>(
    start: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}

export function createOneAtATime(): OneAtATime {
  let isTaken = false;
  const waiting: (() => void)[] = [];

  const enter = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (!isTaken) {
      isTaken = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        const place = waiting.indexOf(take);
        // Its turn came at the same moment, so it keeps it.
        if (place < 0) return;
        waiting.splice(place, 1);
        reject(signal.reason as Error);
      };
      const take = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      waiting.push(take);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  };

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) isTaken = false;
    else next();
  };

  return {
    async *stream(start, signal) {
      await enter(signal);
      const work = new AbortController();
      const iterator = start(work.signal)[Symbol.asyncIterator]();
      let pending = iterator.next();
      let hasBegun = false;
      let hasEnded = false;
      try {
        for (;;) {
          const next = await abortable(pending, signal);
          hasEnded = next.done === true;
          if (next.done === true) return;
          hasBegun = true;
          yield next.value;
          pending = iterator.next();
        }
      } finally {
        if (hasEnded) leave();
        else void abandon(pending, hasBegun);
      }

      async function abandon(first: Promise<unknown>, isStopped: boolean): Promise<void> {
        if (!isStopped) await first.catch(() => undefined);
        work.abort(signal.reason);
        await first.catch(() => undefined);
        await iterator.return?.().catch(() => undefined);
        leave();
      }
    },
    async run(start, signal) {
      await enter(signal);
      const running = start(new AbortController().signal);
      void running.then(leave, leave);
      return abortable(running, signal);
    },
  };
}
