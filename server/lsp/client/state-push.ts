/** Tells a client that shows it each change of the server's state, as the notification `fim/status`. */
import type { InitializeParams } from "vscode-languageserver/node";

import { asRecord } from "../json.ts";
import type { Client } from "./client.ts";
import type { ShownState } from "./state-text.ts";

/** The capability `experimental.fimStatus`. */
export function showsState({ capabilities }: InitializeParams): boolean {
  return asRecord(asRecord(capabilities)["experimental"])["fimStatus"] === true;
}

/** Returns what is called where the state may have changed; several calls of one turn send it once. */
export function createStatePush(
  client: Pick<Client, "notify">,
  current: () => ShownState,
): () => void {
  let sent = "";
  let isDue = false;

  function push(): void {
    isDue = false;
    const state = current();
    const text = JSON.stringify(state);
    if (text === sent) return;
    sent = text;
    client.notify("fim/status", state);
  }

  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(push);
  };
}
