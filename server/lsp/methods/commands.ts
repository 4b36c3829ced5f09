/** `workspace/executeCommand`. */
import { pathToFileURL } from "node:url";

import type { SessionStatus } from "../../session/status.ts";
import { commandNames, type CommandName } from "../command-names.ts";
import { applyNextEdit, goToNextEdit, nextEditApplied } from "./next-edit-commands.ts";
import type { RequestContext } from "./request-context.ts";
import { asArray, asRecord, asText } from "../json.ts";
import { ErrorCodes, ResponseError } from "../connection/library.ts";

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
    case "fim.status": {
      const status = statusOf(context);
      context.log.write("info", describeStatus(status));
      return status;
    }
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

/** Opens the page of the last month, where the client can show one; else says which command does. */
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

/** Switching on also tries again what was given up: a user who has corrected a key file has no other way to say so. */
async function setEnabled(context: RequestContext, isEnabled: boolean) {
  context.host.session.setEnabled(isEnabled);
  if (isEnabled) await context.host.renew();
  context.log.write("info", isEnabled ? "suggestions are on" : "suggestions are off");
  return { isEnabled };
}

function statusOf(context: RequestContext) {
  const { session } = context.host;
  const { profile, encoding } = context;
  return {
    ...session.status(),
    nextEdit: context.host.nextEdits.status(),
    workspaceModel: context.host.workspaceModelStatus(),
    client: { profile: profile.name, positionEncoding: encoding },
  };
}

/** For people, on one line: the log of some editors shows no more. */
function describeStatus({ isEnabled, provider, lastOutcome, counters }: SessionStatus): string {
  const { requests, shown, accepted, tokensIn, tokensOut, estimatedCost } = counters;
  const from =
    provider === undefined
      ? "the workspace model alone"
      : [provider.name, provider.model, provider.endpoint].filter(Boolean).join(" ");
  const last =
    lastOutcome === undefined
      ? "nothing was asked yet"
      : `last: ${[lastOutcome.kind, lastOutcome.reason].filter(Boolean).join(", ")}`;
  const cost = estimatedCost === undefined ? "" : `, about $${estimatedCost.toFixed(4)}`;
  return [
    `status: ${isEnabled ? "on" : "off"}`,
    provider === undefined ? from : `${from} (${describeState(provider.state)})`,
    last,
    `${requests} requests, ${shown} shown, ${accepted} accepted`,
    `${tokensIn} tokens in, ${tokensOut} out${cost}`,
  ].join("; ");
}

function describeState(state: NonNullable<SessionStatus["provider"]>["state"]): string {
  switch (state.kind) {
    case "ready":
      return "ready";
    case "loading":
      return state.message;
    case "coolingDown":
      return `cooling down for ${Math.ceil(state.forMs / 1000)} s: ${state.message}`;
    case "off":
      return `off: ${state.message}`;
  }
}
