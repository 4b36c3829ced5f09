/** `--help`. */

/** One line each; every command reads `--config FILE`, too. */
export const commandSummaries: readonly (readonly [usage: string, summary: string])[] = [
  [
    "complete FILE:LINE:COLUMN [--json] [--explain]",
    "print the suggestion at a place (both counted from 1)",
  ],
  ["next-edit FILE:LINE --was TEXT [--explain]", "print where the change of a line is due as well"],
  ["config [--json | --schema]", "print the effective settings, or their JSON Schema"],
  [
    "serve [--port 8787] [--root FOLDER] [--no-token]",
    "answer /v1/fim/completions, /v1/completions and /infill on 127.0.0.1",
  ],
  [
    "usage [--days N] [--html FILE | --json]",
    "print what was asked, shown, accepted and paid, by day",
  ],
  ["doctor [--json] [--probe]", "check all that a suggestion depends on, and ask for one"],
];

const options: readonly (readonly [usage: string, summary: string])[] = [
  ["--stdio", "talk to the editor over stdin and stdout (default)"],
  ["--socket=PORT", "connect to the editor on a port of this machine"],
  ["--pipe=NAME", "connect to the editor on a named pipe or socket file"],
  ["--node-ipc", "talk over the channel of a Node.js parent"],
  ["--config FILE", "read this configuration file; for commands, too"],
  ["--log-level LEVEL", "off, error, warn, info, debug or trace"],
  ["--log-file FILE", "write the log to a file as well"],
  ["--clientProcessId=N", "end when this process ends"],
  ["--version, --help", "print one line, or this"],
];

export function helpText(): string {
  return [
    "fim-language-server: fill-in-the-middle completion for every editor that speaks LSP.",
    "It is started by the editor; its configurations come with the package, in client-configs/.",
    "",
    "Usage: fim-language-server [OPTIONS]",
    "       fim-language-server COMMAND",
    "",
    "Options",
    ...table(options),
    "",
    "Commands",
    ...table(commandSummaries),
    "",
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return rows.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`);
}
