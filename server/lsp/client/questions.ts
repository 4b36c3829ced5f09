/**
 * Asks the user, by `window/showMessageRequest`. No request may wait for the answer: the user may take minutes, and
 * some editors never answer.
 */
import type { InitializeParams } from "vscode-languageserver/node";

import { printable } from "../../base/printable.ts";
import type { Answer } from "../../settings/trust/client-trust.ts";
import { asRecord } from "../json.ts";
import { messageTypes } from "../protocol-numbers.ts";
import type { Client } from "./client.ts";

export interface Questions {
  /** As far as the client announces it. */
  canAsk(): boolean;
  /** `undefined` if the client cannot ask or the user chose nothing. */
  ask(question: string): Promise<Answer | undefined>;
}

/** The possible answers, as shown to the user. */
const answers: ReadonlyMap<unknown, Answer> = new Map([
  ["Allow once", "once"],
  ["Always", "always"],
  ["Never", "never"],
] as const);

/** These clients can ask although no capability announces it. */
const unannounced = /^(?:emacs|eglot)$/i;

export function createQuestions(
  client: Pick<Client, "request">,
  params: () => InitializeParams,
): Questions {
  return {
    canAsk: () => canAsk(params()),
    async ask(question) {
      if (!canAsk(params())) return undefined;
      const actions = [...answers.keys()].map((title) => ({ title }));
      const type = messageTypes.warn;
      const message = printable(question);
      const answer = await client.request("window/showMessageRequest", { type, message, actions });
      return answers.get(asRecord(answer)["title"]);
    },
  };
}

function canAsk({ capabilities, clientInfo }: InitializeParams): boolean {
  const { showMessage } = asRecord(asRecord(capabilities)["window"]);
  return typeof showMessage === "object" || unannounced.test(clientInfo?.name ?? "");
}
