/**
 * Dispatches messages to handlers and adds the lifecycle that the library lacks: -32002 before `initialize`, -32600
 * after `shutdown`, exit code 0 only after `shutdown`. Every request is answered exactly once (invariant 1),
 * regardless of its handler.
 */
import type {
  CancellationToken,
  InitializeResult,
  MessageConnection,
} from "vscode-languageserver/node";

import { Aborted } from "../../base/abort.ts";
import { describeError } from "../../base/describe-error.ts";
import type { Log } from "../../base/log.ts";
import { ErrorCodes, ResponseError } from "./library.ts";
import { maxBatchMessages } from "./message-reader.ts";

/** `params` as received: any JSON. The signal is the client's `$/cancelRequest`. */
export type RequestHandler = (params: unknown, signal: AbortSignal) => unknown;
export type NotificationHandler = (params: unknown) => void;

export interface Methods {
  readonly requests: Readonly<Record<string, RequestHandler>>;
  readonly notifications: Readonly<Record<string, NotificationHandler>>;
  /** Must not wait: the answer to `shutdown` is sent when this returns. */
  readonly shutdown: () => void;
}

export interface Lifecycle {
  /** Nothing is sent to the client while this runs (invariant 3). */
  initialize(params: unknown): Promise<InitializeResult>;
  /** The answer to `initialize` has been sent. Messages from the client wait until the methods are loaded. */
  serve(): Promise<Methods>;
  exit(code: 0 | 1): void;
}

type Stage = "new" | "initializing" | "running" | "shutDown";

/** Starts to listen. Also ends the process through `lifecycle.exit` when the client's stream ends. */
export function dispatch(connection: MessageConnection, lifecycle: Lifecycle, log: Log): void {
  let stage: Stage = "new";
  let methods: Methods = { requests: {}, notifications: {}, shutdown: () => {} };
  let serving: Promise<void> = Promise.resolve();

  async function serve(answer: Promise<unknown>): Promise<void> {
    await handedOver(answer);
    try {
      methods = await lifecycle.serve();
    } catch (error) {
      log.write("error", `the server cannot start: ${describeError(error)}`);
    }
    if (stage === "initializing") stage = "running";
  }

  async function request(method: string, params: unknown, token: CancellationToken) {
    if (method === "initialize") {
      if (stage !== "new") {
        return new ResponseError(ErrorCodes.InvalidRequest, "initialize was sent before");
      }
      stage = "initializing";
      const answer = lifecycle.initialize(params);
      serving = serve(answer);
      return answer;
    }
    if (stage === "new") {
      return new ResponseError(ErrorCodes.ServerNotInitialized, `${method} before initialize`);
    }
    // A client may send more messages without waiting for the answer.
    if (stage === "initializing") await serving;
    if (isShutDown())
      return new ResponseError(ErrorCodes.InvalidRequest, `${method} after shutdown`);
    if (method === "shutdown") {
      stage = "shutDown";
      methods.shutdown();
      return null;
    }
    const handler = own(methods.requests, method);
    if (handler === undefined) {
      return new ResponseError(ErrorCodes.MethodNotFound, `the method ${method} is unknown`);
    }
    return handler(params, toSignal(token));
  }

  // A function, because the compiler does not see that the stage may change during an `await`.
  function isShutDown(): boolean {
    return stage === "shutDown";
  }

  connection.onRequest(async (method, params, token) => {
    try {
      return await request(method, params, token);
    } catch (error) {
      log.write("error", `${method} failed: ${describeError(error)}`);
      return new ResponseError(ErrorCodes.InternalError, `${method} failed`);
    }
  });

  connection.onNotification(async (method: string, params: unknown) => {
    if (stage === "initializing") await serving;
    if (method === "exit") {
      exit();
      return;
    }
    if (stage !== "running") return;
    try {
      own(methods.notifications, method)?.(params);
    } catch (error) {
      log.write("error", `${method} failed: ${describeError(error)}`);
    }
  });

  function exit(): void {
    lifecycle.exit(stage === "shutDown" ? 0 : 1);
  }

  async function exitWhenHeard(): Promise<void> {
    await serving;
    await drained();
    exit();
  }

  connection.onClose(() => void exitWhenHeard());
  connection.onError(([error, unsent]) => {
    // An answer that could not be sent cannot be reported to the client either.
    if (unsent === undefined) log.write("warn", `from the client: ${error.message}`);
  });
  connection.listen();
}

/** The library passes an answer to the transport in the microtasks after its promise resolves. */
async function handedOver(answer: Promise<unknown>): Promise<void> {
  await Promise.allSettled([answer]);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * The library handles one message per event loop turn. Messages from before the end, at most one batch, are still
 * handled.
 */
async function drained(): Promise<void> {
  for (let turn = 0; turn < maxBatchMessages; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function toSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Aborted("cancelled"));
  if (token.isCancellationRequested) abort();
  else token.onCancellationRequested(abort);
  return controller.signal;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
