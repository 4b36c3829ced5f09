/** Cancellation is an `AbortSignal` everywhere inside; the reason says why. */
export type AbortCause =
  | "superseded"
  | "cancelled"
  | "stale"
  /** What may be sent has changed. */
  | "withdrawn"
  | "closed"
  | "deadline";

/** The reason given to `AbortController.abort` by this server. */
export class Aborted extends Error {
  override readonly name = "Aborted";
  readonly abortCause: AbortCause;
  constructor(abortCause: AbortCause) {
    super(abortCause);
    this.abortCause = abortCause;
  }
}
