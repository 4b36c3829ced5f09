/** Cancellation is an `AbortSignal` everywhere inside; the reason says which of the three it was. */
export type AbortCause = "superseded" | "cancelled" | "stale" | "closed" | "deadline" | "enough";

/** The reason given to `AbortController.abort` by this server. */
export class Aborted extends Error {
  override readonly name = "Aborted";
  readonly abortCause: AbortCause;
  constructor(abortCause: AbortCause) {
    super(abortCause);
    this.abortCause = abortCause;
  }
}

/** Why `signal` was aborted; `undefined` while it is not. A foreign reason counts as `cancelled`. */
export function abortCause(signal: AbortSignal): AbortCause | undefined {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof Aborted ? signal.reason.abortCause : "cancelled";
}
