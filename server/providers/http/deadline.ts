/**
 * One request's end of patience: the caller's signal, the time to the first byte and the time to the end,
 * joined into one signal. undici's own timers tick at half a second; these are exact and run on the `Clock`.
 */
import { Aborted } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { ProviderError } from "../provider.ts";

export interface DeadlineTimes {
  /** To the first byte of the answer's body. */
  readonly firstByteTimeoutMs: number;
  /** To the answer's end. */
  readonly requestTimeoutMs: number;
}

export interface Deadline {
  /** Aborted when the caller aborts or a time is up. */
  readonly signal: AbortSignal;
  /** The first byte has come: only the time to the end counts from now on. */
  passFirstByte(): void;
  /** Lets go of the timers and of the caller's signal. */
  end(): void;
  /** The caller's reason or the timeout, once `signal` is aborted; else `error` itself. */
  explain(error: unknown): unknown;
}

export function startDeadline(
  times: DeadlineTimes,
  { clock, caller, origin }: { clock: Clock; caller: AbortSignal; origin: string },
): Deadline {
  const controller = new AbortController();
  let timeout: ProviderError | undefined;
  const give = (what: string, ms: number) => () => {
    timeout = new ProviderError({
      kind: "timeout",
      isRetryable: true,
      message: `${origin} ${what} within ${seconds(ms)}.`,
    });
    controller.abort(new Aborted("deadline"));
  };
  const { firstByteTimeoutMs, requestTimeoutMs } = times;
  const firstByte = clock.setTimer(give("did not answer", firstByteTimeoutMs), firstByteTimeoutMs);
  const whole = clock.setTimer(give("did not end its answer", requestTimeoutMs), requestTimeoutMs);
  const onAbort = (): void => controller.abort(caller.reason);
  if (caller.aborted) onAbort();
  else caller.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    passFirstByte: () => firstByte.cancel(),
    end() {
      firstByte.cancel();
      whole.cancel();
      caller.removeEventListener("abort", onAbort);
    },
    explain(error) {
      if (!controller.signal.aborted) return error;
      return timeout ?? (controller.signal.reason as unknown);
    },
  };
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}
