/** `--help`, of the program and of each command. */
import {
  commandTable,
  serverOptions,
  type CommandDescription,
  type Option,
} from "./command-table.ts";

export function helpText(): string {
  return [
    "fim-language-server: fill-in-the-middle completion for every editor that speaks LSP.",
    "It is started by the editor; its configurations come with the package, in client-configs/.",
    "",
    "Usage: fim-language-server [OPTIONS]",
    "       fim-language-server COMMAND",
    "",
    "Options",
    ...table(serverOptions.map(row)),
    "",
    "Commands",
    ...table(commandTable.map(({ name, usage, summary }) => [`${name} ${usage}`, summary])),
    "",
  ].join("\n");
}

export function commandHelp({
  name,
  usage,
  summary,
  details,
  options,
}: CommandDescription): string {
  return [
    `Usage: fim-language-server ${name} ${usage}`,
    "",
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...details,
    ...(options.length === 0 ? [] : ["", "Options", ...table(options.map(row))]),
    "",
  ].join("\n");
}

function row({ usage, summary }: Option): readonly [string, string] {
  return [usage, summary];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return rows.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`);
}
