/** `fim-language-server serve`: a session behind HTTP, for editors whose own client asks a completion endpoint. */
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";

import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { createDocumentStore } from "../documents/document-store.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";
import { endpointToken, keepEndpointPort } from "../files/endpoint-token.ts";
import { stateFolder, type UserPlaces } from "../files/state-folder.ts";
import { createServerConsent } from "../session/provider/server-consent.ts";
import { createSessionHost, type SessionHost } from "../session/host.ts";
import type { Settings } from "../settings/schema.ts";
import { ClientDocuments } from "./client-documents.ts";
import { createEndpoint } from "./endpoint.ts";
import { SameQuestions } from "./same-questions.ts";
import type { FimQuestion } from "./wire-form.ts";

export interface ServeOptions extends UserPlaces {
  /** 0: any that is free. */
  readonly port: number;
  /** The workspace folders: sources of the workspace model, with their ignore files. */
  readonly roots: readonly string[];
  readonly asksToken: boolean;
  readonly settings: Settings;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

export interface RunningEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** Resolves once it listens. @throws when the port is taken or the token cannot be kept */
export async function serve(options: ServeOptions): Promise<RunningEndpoint> {
  const { roots, settings, environment, write, writeError } = options;
  const folders = roots.map((root) => resolve(root));
  const token = options.asksToken ? await endpointToken(stateFolder(options)) : undefined;
  const documents = createDocumentStore();
  const host = createSessionHost({
    clock: systemClock,
    log: silentLog,
    documents,
    environment,
    stateFolder: stateFolder(options),
    serverConsent: createServerConsent(options, {
      tell: (message) => writeError(`${message}\n`),
      note: () => {},
      isAtTerminal: true,
    }),
    observer: { onNotice: ({ message, detail = message }) => writeError(`${detail}\n`) },
  });
  const clientDocuments = new ClientDocuments(documents, folders[0]);
  const same = new SameQuestions((question, signal) =>
    complete(host, clientDocuments, question, signal),
  );
  const server = createEndpoint({
    clock: systemClock,
    token: token?.value,
    complete: (question, signal) => same.ask(question, signal),
    model: () => host.session.status().provider?.model ?? "workspace-model",
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(options.port, "127.0.0.1", listening);
  });
  host.setFolders(folders);
  await host.configure(settings);

  const { port } = server.address() as AddressInfo;
  await keepEndpointPort(stateFolder(options), port);
  write(`fim-language-server serves http://127.0.0.1:${port}\n`);
  if (token?.isNew === true) write(`token, shown this once: ${token.value}\n`);
  if (token !== undefined) write(`the token is kept in ${token.file}\n`);
  return {
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await host.close();
    },
  };
}

async function complete(
  host: SessionHost,
  clientDocuments: ClientDocuments,
  question: FimQuestion,
  signal: AbortSignal,
): Promise<string> {
  const { uri, offset } = clientDocuments.open(question);
  const request = { uri, offset, trigger: "automatic", surface: "inline" } as const;
  const text = insertedText(await host.session.suggest(request, signal));
  return question.prefix.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
}

/** These clients insert at the cursor and replace nothing. */
function insertedText(outcome: CompletionOutcome): string {
  if (outcome.kind !== "suggested") return "";
  const [{ insertText, replacedLength, insertOnlyText }] = outcome.suggestions;
  return replacedLength === 0 ? insertText : (insertOnlyText ?? "");
}
