/** Starts the server: only what is needed before the answer to `initialize`. */
import type { InitializeParams, MessageConnection } from "vscode-languageserver/node";

import type { Clock } from "../base/clock.ts";
import { describeIssue, describeUntrusted, summarizeIssues } from "../settings/issue.ts";
import type { LocalServer } from "../providers/detect.ts";
import { createRedactor } from "../settings/redact.ts";
import { serverCapabilities } from "./capabilities.ts";
import { createClientLog } from "./client/client-log.ts";
import { positionEncoding } from "./client/client-profile.ts";
import { createClient } from "./client/client.ts";
import { createQuestions } from "./client/questions.ts";
import { dispatch } from "./connection/lifecycle.ts";
import { foldersOf } from "./folders.ts";
import { asRecord } from "./json.ts";
import { createSettingsSync, ownConfigFile, type SettingsPlaces } from "./settings-sync.ts";

/** Characters of a message that fit a line of most screens: some editors stop the typing for a longer one. */
const maxShownLength = 120;

export interface ServerDependencies extends SettingsPlaces {
  readonly version: string;
  readonly clock: Clock;
  /** Ends the process. Nothing is called afterwards. */
  readonly exit: (code: 0 | 1) => void;
  /** Watches the client's process. Called at most once. */
  readonly watchProcess: (processId: number) => void;
  /** Registers work for the end of the process, regardless of how it ends. */
  readonly beforeExit?: (callback: () => void) => void;
  /** Where to look for model servers. Default: the usual places. */
  readonly localServers?: readonly LocalServer[] | undefined;
  readonly appendToLogFile?: ((line: string) => void) | undefined;
}

/** Listens on `connection` until the client leaves. Nothing is read or requested before `initialize`. */
export function createServer(
  connection: MessageConnection,
  dependencies: ServerDependencies,
): void {
  const client = createClient(connection);
  let params: InitializeParams = { processId: null, rootUri: null, capabilities: {} };
  const questions = createQuestions(client, () => params);
  const settings = createSettingsSync(dependencies, {
    client,
    questions,
    report(issues) {
      const untrusted = issues.filter(({ isUntrusted }) => isUntrusted === true);
      const place = ownConfigFile(dependencies);
      client.showMessage(
        "warn",
        untrusted.length === issues.length
          ? describeUntrusted(untrusted, place, maxShownLength)
          : summarizeIssues(issues, maxShownLength),
      );
      for (const issue of issues) log.write("warn", describeIssue(issue));
    },
    note: (text) => log.write("info", text),
  });
  const redactor = createRedactor();
  const log = createClientLog({
    client,
    level: () => settings.current.settings["log.level"],
    redact: (text) => redactor.redact(text),
    append: dependencies.appendToLogFile,
  });
  let folders: readonly string[] = [];

  dispatch(
    connection,
    {
      async initialize(received) {
        params = asRecord(received) as unknown as InitializeParams;
        if (typeof params.processId === "number") dependencies.watchProcess(params.processId);
        client.setTrace(params.trace);
        client.setCapabilities(params.capabilities);
        folders = foldersOf(params);
        const first = await settings.read(params, folders);
        const encoding = positionEncoding(params, first.positionEncoding);
        return {
          capabilities: serverCapabilities(params, first, encoding),
          serverInfo: { name: "fim-language-server", version: dependencies.version },
        };
      },
      async serve() {
        client.open();
        const { createMethods } = await import("./methods/index.ts");
        return createMethods(
          { client, questions, settings, redactor, log, ...dependencies },
          params,
          folders,
        );
      },
      exit: dependencies.exit,
    },
    log,
  );
}
