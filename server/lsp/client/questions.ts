/**
 * Questions to the user, as `window/showMessageRequest`. Never awaited on the way of a request: the user may take
 * minutes, and some editors never answer.
 */
import type { InitializeParams } from "vscode-languageserver/node";

import { printable } from "../../base/printable.ts";
import { asRecord } from "../json.ts";
import { messageTypes } from "../protocol-numbers.ts";
import type { Client } from "./client.ts";

/** The title that was chosen; `undefined` when the client cannot ask or the user chose nothing. */
export type Ask = (question: string, titles: readonly string[]) => Promise<string | undefined>;

/** These ask, and announce it in no capability. */
const unannounced = /^(?:emacs|eglot)$/i;

export function createAsk(client: Pick<Client, "request">, params: () => InitializeParams): Ask {
  return async (question, titles) => {
    if (!canAsk(params())) return undefined;
    const actions = titles.map((title) => ({ title }));
    const type = messageTypes.warn;
    const message = printable(question);
    const answer = await client.request("window/showMessageRequest", { type, message, actions });
    const { title } = asRecord(answer);
    return titles.find((each) => each === title);
  };
}

function canAsk({ capabilities, clientInfo }: InitializeParams): boolean {
  const { showMessage } = asRecord(asRecord(capabilities)["window"]);
  return typeof showMessage === "object" || unannounced.test(clientInfo?.name ?? "");
}
