/** All cancellation inside the server uses `AbortSignal`. The reason says why. */
export type AbortCause =
  | "superseded"
  | "cancelled"
  | "stale"
  /** What may be sent has changed. */
  | "withdrawn"
  | "closed"
  | "deadline";

/** The reason that this server passes to `AbortController.abort`. */
export class Aborted extends Error {
  override readonly name = "Aborted";
  readonly abortCause: AbortCause;
  constructor(abortCause: AbortCause) {
    super(abortCause);
    this.abortCause = abortCause;
  }
}
