/**
 * Everything that the server sends to its client on its own. May be called at any time: before the answer to
 * `initialize` messages wait (invariant 3); after the end of the connection nothing is sent.
 */
import type { MessageConnection, Registration } from "vscode-languageserver/node";

import { printable } from "../../base/printable.ts";
import type { LogSeverity } from "../../base/log.ts";
import { asRecord } from "../json.ts";
import { messageTypes } from "../protocol-numbers.ts";

export interface Client {
  /** Sends the waiting messages, and all later ones at once. */
  open(): void;
  logMessage(severity: LogSeverity, text: string): void;
  /** A message that the user sees. Only for changes of state. */
  showMessage(severity: "error" | "warn" | "info", text: string): void;
  /** Traces the server's actions, at the level set by `$/setTrace`. */
  trace(text: string): void;
  setTrace(value: unknown): void;
  /** The client's capabilities. Known before `open`. */
  setCapabilities(capabilities: unknown): void;
  /** False if the client cannot open a document at a position. */
  readonly showsDocuments: boolean;
  /** False if the client does not show progress. */
  createProgress(token: string): Promise<boolean>;
  /** `undefined` if the client refuses or is gone. */
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  register(registrations: readonly Registration[]): void;
}

/** Most messages that wait for `open`. More would be a flood. */
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
    logMessage: (severity, text) => {
      const message = severity === "error" ? `error: ${text}` : text;
      notify("window/logMessage", { type: messageTypes[severity], message });
    },
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

/** The connection throws, immediately or later, if the client is gone. The message does not matter then. */
async function attempt(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch {
    return undefined;
  }
}
