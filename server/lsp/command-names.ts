/** The commands of `workspace/executeCommand`; `commands.ts` runs them. */
import type { Command } from "vscode-languageserver/node";

export const commandNames = [
  "fim.enable",
  "fim.disable",
  "fim.toggle",
  "fim.toggleDocument",
  "fim.toggleLanguage",
  "fim.snooze",
  "fim.status",
  "fim.usage",
  "fim.clearCache",
  "fim.suggestionAccepted",
  "fim.nextEdit",
  "fim.nextEdit.apply",
  "fim.nextEdit.accepted",
  "fim.nextEdit.applied",
  "fim.nextEdit.refuse",
] as const;
export type CommandName = (typeof commandNames)[number];

/** Run by the client after it has inserted a suggestion, if it runs commands at all. */
export function acceptedCommand(suggestionId: string): Command {
  return {
    title: "Suggestion accepted",
    command: "fim.suggestionAccepted" satisfies CommandName,
    arguments: [suggestionId],
  };
}

/** Run by the client after it has applied a next edit. */
export function nextEditCommand(title: string, name: CommandName, id: string): Command {
  return { title, command: name, arguments: [id] };
}
