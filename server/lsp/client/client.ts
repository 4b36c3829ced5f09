/**
 * What the server says to its client. Everything here may be called at any time: before the answer to
 * `initialize` it waits (invariant 3), after the end of the connection it does nothing.
 */
import type { MessageConnection, Registration } from "vscode-languageserver/node";

import { printable } from "../../base/printable.ts";
import type { LogSeverity } from "../../base/log.ts";
import { asRecord } from "../json.ts";
import { messageTypes } from "../protocol-numbers.ts";

export interface Client {
  /** Lets out what waited, and all that follows. */
  open(): void;
  logMessage(severity: LogSeverity, text: string): void;
  /** A message that the user sees: for changes of state only. */
  showMessage(severity: "error" | "warn" | "info", text: string): void;
  /** Traces what the server does, as far as `$/setTrace` asks. */
  trace(text: string): void;
  setTrace(value: unknown): void;
  /** What the client can do; known before `open`. */
  setCapabilities(capabilities: unknown): void;
  /** False when the client cannot open a document at a place. */
  readonly showsDocuments: boolean;
  /** False when the client shows no progress. */
  createProgress(token: string): Promise<boolean>;
  /** `undefined` when the client refuses or is gone. */
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  register(registrations: readonly Registration[]): void;
}

/** Messages that wait for `open`; more would be a flood. */
const maxWaiting = 100;

export function createClient(connection: MessageConnection): Client {
  let waiting: (() => void)[] | undefined = [];
  let isTracing = false;
  let showsProgress = false;
  let showsDocuments = false;

  function send(action: () => Promise<unknown>): void {
    if (waiting !== undefined) {
      if (waiting.length < maxWaiting) waiting.push(() => void attempt(action));
    } else void attempt(action);
  }

  const notify: Client["notify"] = (method, params) =>
    send(() => connection.sendNotification(method, params));
  const request: Client["request"] = (method, params) =>
    attempt(() => connection.sendRequest(method, params));

  return {
    open() {
      const messages = waiting ?? [];
      waiting = undefined;
      for (const message of messages) message();
    },
    logMessage: (severity, message) =>
      notify("window/logMessage", { type: messageTypes[severity], message }),
    showMessage: (severity, text) =>
      notify("window/showMessage", { type: messageTypes[severity], message: printable(text) }),
    trace(message) {
      if (isTracing) notify("$/logTrace", { message });
    },
    setTrace(value) {
      isTracing = value === "messages" || value === "verbose";
    },
    setCapabilities(capabilities) {
      const window = asRecord(asRecord(capabilities)["window"]);
      showsProgress = window["workDoneProgress"] === true;
      showsDocuments = asRecord(window["showDocument"])["support"] === true;
    },
    get showsDocuments() {
      return showsDocuments;
    },
    async createProgress(progressToken) {
      if (!showsProgress) return false;
      const answer = await request("window/workDoneProgress/create", { token: progressToken });
      return answer !== undefined;
    },
    request,
    notify,
    register: (registrations) =>
      send(() => request("client/registerCapability", { registrations })),
  };
}

/** The connection throws, at once or later, when the client is gone: the message does not matter then. */
async function attempt(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch {
    return undefined;
  }
}
