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
