// What a client says at `initialize`, and the fixtures that keep it for the tests of its profile.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Traffic } from "./traffic.ts";
import type { Workspace } from "./workspace.ts";

interface Parameters {
  readonly initializationOptions?: unknown;
  readonly clientInfo?: { readonly name: string; readonly version?: string } | null;
  readonly capabilities: {
    readonly general?: { readonly positionEncodings?: readonly string[] };
    readonly textDocument?: { readonly completion?: unknown; readonly inlineCompletion?: unknown };
    readonly workspace?: { readonly configuration?: unknown };
  };
}

/** The parameters without what differs from run to run; no server under test may watch a stranger. */
export function announcementIn(traffic: Traffic, { folder }: Workspace): Parameters {
  const [initialize] = traffic.received("initialize");
  const text = JSON.stringify(initialize?.params).replaceAll(folder, "/workspace");
  return Object.assign(JSON.parse(text) as Parameters, { processId: null });
}

/** What the server decides by. A newer version of the editor may say more and still be served alike. */
export function decidingFacts({ clientInfo, capabilities }: Parameters): unknown {
  const { textDocument, general, workspace } = capabilities;
  return {
    name: clientInfo?.name,
    positionEncodings: general?.positionEncodings,
    completion: textDocument?.completion,
    hasInlineCompletion: textDocument !== undefined && "inlineCompletion" in textDocument,
    configuration: workspace?.configuration,
  };
}

/** The fixture's parameters; with `UPDATE_CLIENTS=1` they become `announced` first. */
export function recordedAnnouncement(fixture: string, announced: Parameters): Parameters {
  const url = new URL(`../../fixtures/clients/${fixture}.json`, import.meta.url);
  const path = fileURLToPath(url);
  const content = JSON.parse(readFileSync(path, "utf8")) as { initializeParams: Parameters };
  if (process.env["UPDATE_CLIENTS"] === "1") {
    // the settings are those of the sample, and no habit of the client
    const { initializationOptions } = content.initializeParams;
    content.initializeParams = { ...announced, initializationOptions };
    writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`);
  }
  return content.initializeParams;
}
