/**
 * The one table of commands and options. `--help`, the help of each command and the shell completions derive from
 * it.
 */

export interface Option {
  /** With its value, if it has one: `--config FILE`. */
  readonly usage: string;
  readonly summary: string;
  /** What a shell completes as value. */
  readonly value?: "file" | "folder" | readonly string[];
}

export interface CommandDescription {
  readonly name: string;
  /** The arguments after the name. */
  readonly usage: string;
  readonly summary: string;
  /** Additional sentences for the command's own help. */
  readonly details: readonly string[];
  readonly options: readonly Option[];
  /** What a shell completes as argument. */
  readonly argument?: "file" | readonly string[];
}

const config: Option = {
  usage: "--config FILE",
  summary: "read this configuration file",
  value: "file",
};

export const commandTable: readonly CommandDescription[] = [
  {
    name: "complete",
    usage: "FILE:LINE:COLUMN [--json] [--explain]",
    summary: "print the suggestion at a place (both counted from 1)",
    details: [
      "Columns are counted in characters. The exit status is 1 when there is no suggestion; the reason is on stderr.",
    ],
    options: [
      { usage: "--json", summary: "print an object for scripts" },
      {
        usage: "--explain",
        summary: "print what was sent, what came back, and what each step did",
      },
      config,
    ],
    argument: "file",
  },
  {
    name: "next-edit",
    usage: "FILE:LINE --was TEXT [--explain]",
    summary: "print the other places that need the same change as a line",
    details: [],
    options: [
      { usage: "--was TEXT", summary: "the text of the line before the change" },
      { usage: "--explain", summary: "print why each place is offered or not" },
      config,
    ],
    argument: "file",
  },
  {
    name: "config",
    usage: "[--json | --schema]",
    summary: "print the effective settings, or their JSON Schema",
    details: ["Each setting is shown with the layer that it comes from."],
    options: [
      { usage: "--json", summary: "print an object for scripts" },
      { usage: "--schema", summary: "print the JSON Schema of the settings" },
      config,
    ],
  },
  {
    name: "serve",
    usage: "[--port 8787] [--root FOLDER] [--no-token]",
    summary: "answer /v1/fim/completions, /v1/completions and /infill on 127.0.0.1",
    details: ["For editors whose own client asks such an endpoint. It runs until you end it."],
    options: [
      { usage: "--port PORT", summary: "listen on this port; 0 takes a free one" },
      {
        usage: "--root FOLDER",
        summary: "a folder to learn from; may be repeated",
        value: "folder",
      },
      { usage: "--no-token", summary: "answer every program of this machine" },
      config,
    ],
  },
  {
    name: "usage",
    usage: "[--days N] [--html FILE | --json]",
    summary: "print requests, suggestions shown and accepted, and costs, by day",
    details: [],
    options: [
      { usage: "--days N", summary: "show this many days" },
      { usage: "--html FILE", summary: "write a page with plots", value: "file" },
      { usage: "--json", summary: "print an object for scripts" },
      config,
    ],
  },
  {
    name: "doctor",
    usage: "[--json] [--probe]",
    summary: "check all that a suggestion depends on, and ask for one",
    details: ["The exit status is 1 if something is wrong; each problem is shown with a remedy."],
    options: [
      { usage: "--json", summary: "print what a bug report needs; contains no secrets" },
      { usage: "--probe", summary: "find out what the provider can" },
      config,
    ],
  },
  {
    name: "completions",
    usage: "bash | zsh | fish",
    summary: "print the completions for a shell",
    details: [
      'bash, in ~/.bashrc: eval "$(fim-language-server completions bash)"',
      'zsh, in ~/.zshrc after compinit: eval "$(fim-language-server completions zsh)"',
      "fish, in ~/.config/fish/config.fish: fim-language-server completions fish | source",
    ],
    options: [],
    argument: ["bash", "zsh", "fish"],
  },
];

export const serverOptions: readonly Option[] = [
  { usage: "--stdio", summary: "talk to the editor over stdin and stdout (default)" },
  { usage: "--socket=PORT", summary: "connect to the editor on a port of this machine" },
  {
    usage: "--pipe=NAME",
    summary: "connect to the editor on a named pipe or socket file",
    value: "file",
  },
  { usage: "--node-ipc", summary: "talk over the channel of a Node.js parent" },
  { ...config, summary: "read this configuration file; for commands, too" },
  {
    usage: "--log-level LEVEL",
    summary: "off, error, warn, info, debug or trace",
    value: ["off", "error", "warn", "info", "debug", "trace"],
  },
  { usage: "--log-file FILE", summary: "write the log to a file as well", value: "file" },
  { usage: "--clientProcessId=N", summary: "end when this process ends" },
  { usage: "--version", summary: "print the version" },
  { usage: "--help", summary: "print this; after a command, print its own help" },
];

/** The option's name without its value. */
export function optionName({ usage }: Option): string {
  return usage.split(/[ =]/, 1)[0] ?? usage;
}

export function takesValue(option: Option): boolean {
  return optionName(option) !== option.usage;
}
