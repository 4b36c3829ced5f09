/** `workspace/executeCommand`. */
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

import { pathOf } from "../../files/uri-path.ts";
import type { Toggled } from "../../session/session.ts";
import { describeStatus, summarizeStatus } from "../client/state-text.ts";
import { commandNames, type CommandName } from "../command-names.ts";
import { applyNextEdit, goToNextEdit, nextEditApplied } from "./next-edit-commands.ts";
import type { RequestContext } from "./request-context.ts";
import { asArray, asRecord, asText } from "../json.ts";
import { ErrorCodes, ResponseError } from "../connection/library.ts";

/** Of `fim.snooze` without an argument. */
const usualSnoozeMinutes = 15;

export function executeCommand(context: RequestContext, params: unknown): unknown {
  const { command, arguments: given } = asRecord(params);
  const name = commandNames.find((candidate) => candidate === command);
  if (name === undefined) {
    return new ResponseError(
      ErrorCodes.InvalidParams,
      `unknown command ${JSON.stringify(command)}`,
    );
  }
  return run(context, name, asArray(given));
}

function run(context: RequestContext, name: CommandName, given: readonly unknown[]): unknown {
  const { session, nextEdits } = context.host;
  switch (name) {
    case "fim.enable":
      return setEnabled(context, true);
    case "fim.disable":
      return setEnabled(context, false);
    case "fim.toggle":
      return setEnabled(context, !session.isEnabled);
    case "fim.toggleDocument":
      return tell(context, session.switches.toggleDocument(asText(given[0])), fileNameOf);
    case "fim.toggleLanguage":
      return tell(context, session.switches.toggleLanguage(asText(given[0])), String);
    case "fim.snooze":
      return snooze(context, given[0]);
    case "fim.status":
      return showStatus(context);
    case "fim.usage":
      return showUsage(context);
    case "fim.clearCache":
      session.clearCache();
      return null;
    case "fim.suggestionAccepted": {
      const id = asText(given[0]);
      if (id === undefined) return null;
      session.accepted(id);
      nextEdits.accepted(id);
      return null;
    }
    case "fim.nextEdit":
      return goToNextEdit(context, given);
    case "fim.nextEdit.apply":
      return applyNextEdit(context, given);
    case "fim.nextEdit.accepted":
      nextEdits.accepted(asText(given[0]) ?? "");
      return null;
    case "fim.nextEdit.applied":
      return nextEditApplied(context, asText(given[0]) ?? "");
    case "fim.nextEdit.refuse":
      nextEdits.refuse(asText(given[0]) ?? "");
      return null;
  }
}

/** Opens the page of the last month if the client can show one. Otherwise names the command that does. */
async function showUsage({ host, client, usage }: RequestContext): Promise<unknown> {
  host.flushUsage();
  const file = await usage.writePage();
  const shown = await client.request("window/showDocument", {
    uri: pathToFileURL(file).href,
    external: true,
  });
  if (asRecord(shown)["success"] !== true) client.showMessage("info", `usage: open ${file}`);
  return { file };
}

/** Switching on also reads the user's files again and retries a provider that was given up. */
async function setEnabled(context: RequestContext, isEnabled: boolean) {
  context.host.session.setEnabled(isEnabled);
  if (isEnabled) {
    await context.ownFiles.check();
    await context.host.renew();
  }
  context.client.showMessage("info", isEnabled ? "Suggestions are on." : "Suggestions are off.");
  return { isEnabled };
}

/** What was switched, in the words of the user. */
function tell(
  { client }: RequestContext,
  toggled: Toggled | undefined,
  nameOf: (name: string) => string,
) {
  if (toggled === undefined) {
    client.showMessage("info", "Type in a document first: none was asked about yet.");
    return null;
  }
  const { name, isEnabled } = toggled;
  const shown = nameOf(name).slice(0, 40);
  client.showMessage("info", `Suggestions are ${isEnabled ? "on" : "off"} in ${shown}.`);
  return { isEnabled };
}

function fileNameOf(uri: string): string {
  return basename(pathOf(uri) ?? uri);
}

/** Minutes, as a number or in digits; 0 ends the snooze. */
function snooze({ host, client }: RequestContext, given: unknown) {
  const wanted = given === undefined || given === null ? usualSnoozeMinutes : Number(given);
  if (!Number.isFinite(wanted)) {
    return new ResponseError(ErrorCodes.InvalidParams, "fim.snooze takes a number of minutes");
  }
  const minutes = host.session.switches.snooze(wanted);
  const rest = `Suggestions rest for ${minutes} min; a key still asks.`;
  client.showMessage("info", minutes > 0 ? rest : "Suggestions are on.");
  return { minutes };
}

/** The paragraph for the editor, the log and those who read JSON. */
function showStatus(context: RequestContext) {
  const { host, client, log, profile, encoding, showsState, redact } = context;
  const facts = { session: host.session.status(), ...host.trouble };
  const text = redact(describeStatus(facts));
  log.write("info", `status: ${text}`);
  if (!showsState) client.showMessage("info", redact(summarizeStatus(facts)));
  return {
    text,
    ...facts.session,
    nextEdit: host.nextEdits.status(),
    workspaceModel: host.workspaceModelStatus(),
    client: { profile: profile.name, positionEncoding: encoding },
  };
}
