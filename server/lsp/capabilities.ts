/** What the server offers, statically, because half the clients do not support dynamic registration. */
import type { ServerCapabilities } from "vscode-languageserver/node";

import { commandNames } from "./command-names.ts";
import { asRecord } from "./json.ts";
import type { PositionEncoding } from "./position.ts";
import { incrementalSync, repeatEditKind } from "./protocol-numbers.ts";
import type { SettingsAtStart } from "./settings-sync.ts";

/**
 * Few and no white space, because a trigger character of one server makes some editors ask all servers. After these
 * characters a continuation is useful in most languages.
 */
const triggerCharacters = [".", "(", "="];

export function serverCapabilities(
  params: unknown,
  settings: SettingsAtStart,
  encoding: PositionEncoding,
): ServerCapabilities {
  const { general, notebookDocument } = asRecord(asRecord(params)["capabilities"]);
  const offersEncodings = Array.isArray(asRecord(general)["positionEncodings"]);
  const hasNotebooks = typeof notebookDocument === "object" && notebookDocument !== null;
  return {
    ...(offersEncodings ? { positionEncoding: encoding } : {}),
    textDocumentSync: { openClose: true, change: incrementalSync },
    ...(hasNotebooks ? { notebookDocumentSync: { notebookSelector: [{ notebook: "*" }] } } : {}),
    ...(settings["completion.enabled"]
      ? { completionProvider: { triggerCharacters, resolveProvider: false } }
      : {}),
    ...(settings["inlineCompletion.enabled"] ? { inlineCompletionProvider: true } : {}),
    ...(settings["nextEdit.enabled"]
      ? { codeActionProvider: { codeActionKinds: [repeatEditKind], resolveProvider: true } }
      : {}),
    executeCommandProvider: { commands: [...commandNames] },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}
