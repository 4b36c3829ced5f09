/**
 * All waiting goes through these functions: on a `Clock`, and ended early by an `AbortSignal`. They leave no timer
 * or listener behind.
 */
import type { Clock } from "./clock.ts";

/** Resolves after `ms`, at once when that is 0 or less, or as soon as `signal` is aborted. Never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = clock.setTimer(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** True if `promise` resolves within `ms`, false if it takes longer. Rejects if `promise` rejects within that time. */
export function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => resolve(false), ms);
    promise
      .finally(() => timer.cancel())
      .then(
        () => resolve(true),
        (error: unknown) => reject(error as Error),
      );
  });
}

/** The result of `promise`. @throws the signal's reason as soon as it is aborted */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    void promise.finally(() => signal.removeEventListener("abort", onAbort)).then(resolve, reject);
  });
}
