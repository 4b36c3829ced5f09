/**
 * One request and its answer on undici's handlers, without Node.js streams: those cost more per completion than
 * reading its bytes. Each piece is passed on in the event loop turn in which it arrives.
 */
import type { Dispatcher } from "undici";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** If more bytes than this are unread, the server is asked to pause. */
const maxUnreadBytes = 256 * 1024;

/** The body as it arrives. Can be iterated once. A reader that leaves the loop early calls `abort` or `discard`. */
export class AnswerBody implements AsyncIterator<Uint8Array, undefined> {
  readonly #controller: Dispatcher.DispatchController;
  #chunks: Uint8Array[] = [];
  #unreadBytes = 0;
  #isOver = false;
  #error: Error | undefined;
  #isDiscarded = false;
  #wake: (() => void) | undefined;
  #onOver: (() => void) | undefined;

  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws the error passed to `fail`, after all earlier data has been read */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const value = this.#chunks.shift();
      if (value !== undefined) {
        this.#unreadBytes -= value.length;
        if (this.#controller.paused && this.#unreadBytes === 0) this.#controller.resume();
        return { done: false, value };
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#isOver) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  push(chunk: Uint8Array): void {
    if (this.#isDiscarded) return;
    this.#chunks.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes > maxUnreadBytes) this.#controller.pause();
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#onOver?.();
    this.#wake?.();
  }

  fail(error: Error): void {
    if (this.#isOver) return;
    this.#error = error;
    this.end();
  }

  /** Tells the server that no more is needed. A reader gets `reason`. */
  abort(reason: Error): void {
    this.#isDiscarded = true;
    this.#chunks = [];
    this.#error ??= reason;
    if (this.#isOver) return;
    this.end();
    this.#controller.abort(reason);
  }

  /** Discards the rest of the body, so that the connection can be reused. Calls `onOver` at the end. */
  discard(onOver: () => void): void {
    this.#isDiscarded = true;
    this.#chunks = [];
    if (this.#isOver) return onOver();
    this.#onOver = onOver;
    this.#controller.resume();
  }
}

/**
 * Resolves when the answer's headers have arrived. `onStart` is called when the request gets a connection. When
 * `signal` is aborted, it rejects with the signal's reason at once: undici notices an abort only once it has a
 * connection. The body fails with the same reason.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { signal, onStart }: { signal: AbortSignal; onStart: () => void },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let body: AnswerBody | undefined;
    signal.throwIfAborted();
    const onAbort = (): void => {
      const reason = signal.reason as Error;
      if (body !== undefined) return body.abort(reason);
      reject(reason);
      controller?.abort(reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason as Error);
        else onStart();
      },
      onResponseStart(started, status, headers) {
        // An interim response such as 103.
        if (status < 200) return;
        body = new AnswerBody(started);
        resolve({ status, headers, body });
      },
      onResponseData: (_, chunk) => body?.push(chunk),
      onResponseEnd: () => body?.end(),
      onResponseError(_, error) {
        if (body === undefined) reject(error);
        else body.fail(error);
      },
    });
  });
}
