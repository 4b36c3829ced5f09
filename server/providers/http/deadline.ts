/**
 * The time limits of one request: the caller's signal, the time to the first byte and the time to the end, combined
 * into one signal. undici's own timers have a resolution of half a second; these are exact and use the `Clock`.
 */
import { Aborted } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { ProviderError } from "../provider.ts";

export interface DeadlineTimes {
  /** Time to the first byte of the answer's body. */
  readonly firstByteTimeoutMs: number;
  /** Time to the end of the answer. */
  readonly requestTimeoutMs: number;
}

export interface Deadline {
  /** Aborted when the caller aborts or a time limit passes. */
  readonly signal: AbortSignal;
  /** The first byte has arrived: from now on only the time to the end counts. */
  passFirstByte(): void;
  /** Releases the timers and the caller's signal. */
  end(): void;
  /** Once `signal` is aborted, the caller's reason or the timeout; otherwise `error` itself. */
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
