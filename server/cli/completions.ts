/** `completions bash|zsh|fish`: prints the shell's completion script, generated from the table of commands. */
import { didYouMean } from "./help/closest.ts";
import { UsageError, parseArguments, seeHelp, type CommandIo } from "./command.ts";
import {
  commandTable,
  optionName,
  serverOptions,
  takesValue,
  type CommandDescription,
  type Option,
} from "./help/command-table.ts";

const scripts: Readonly<Record<string, () => string>> = { bash, zsh, fish };

export async function completions(argv: readonly string[], io: CommandIo): Promise<number> {
  const [shell = "", ...others] = parseArguments(argv, {}).positionals;
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined || others.length > 0) {
    const hint = didYouMean(shell, Object.keys(scripts));
    throw new UsageError(`takes one of bash, zsh and fish${hint}; ${seeHelp}`);
  }
  io.write(script());
  return 0;
}

const names = commandTable.map(({ name }) => name);

function words(options: readonly Option[]): string {
  return options.map(optionName).join(" ");
}

function bash(): string {
  const cases = commandTable.map(({ name, options, argument }) =>
    [
      `    ${name})`,
      `      case $previous in`,
      ...options.filter(takesValue).map(bashValue),
      `      esac`,
      `      words=${quoted(`${words(options)} ${Array.isArray(argument) ? argument.join(" ") : ""} --help`)}`,
      ...(argument === "file" ? [`      files=yes`] : []),
      `      ;;`,
    ].join("\n"),
  );
  return `# bash completions of fim-language-server
_fim_language_server() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words files=
  COMPREPLY=()
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    *)
      case $previous in
${serverOptions.filter(takesValue).map(bashValue).join("\n")}
      esac
      words=${quoted(words(serverOptions))}
      [[ $COMP_CWORD -eq 1 ]] && words=${quoted(`${names.join(" ")} ${words(serverOptions)}`)}
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ -n $files && $current != -* ]] && COMPREPLY+=($(compgen -f -- "$current"))
  return 0
}
complete -o filenames -F _fim_language_server fim-language-server
`;
}

function bashValue(option: Option): string {
  const { value } = option;
  const found = Array.isArray(value)
    ? `COMPREPLY=($(compgen -W ${quoted(value.join(" "))} -- "$current"))`
    : value === "file"
      ? `COMPREPLY=($(compgen -f -- "$current"))`
      : value === "folder"
        ? `COMPREPLY=($(compgen -d -- "$current"))`
        : ":";
  return `        ${optionName(option)}) ${found}; return 0 ;;`;
}

function zsh(): string {
  const cases = commandTable.map(({ name, options, argument }) => {
    const lines = options.map(zshOption);
    if (argument === "file") lines.push(`'*:file:_files'`);
    else if (argument !== undefined) lines.push(`'1:shell:(${argument.join(" ")})'`);
    return `    ${name}) _arguments ${["'--help[print its help]'", ...lines].join(" ")} ;;`;
  });
  const commands = commandTable.map(({ name, summary }) =>
    quoted(`${name}:${summary.replaceAll(":", "\\:")}`),
  );
  return `#compdef fim-language-server
_fim_language_server() {
  local line state
  _arguments -C ${serverOptions.map(zshOption).join(" ")} '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(${commands.join(" ")})
      _describe command commands
      return ;;
  esac
  case $line[1] in
${cases.join("\n")}
  esac
}
compdef _fim_language_server fim-language-server
`;
}

function zshOption(option: Option): string {
  const { usage, summary, value } = option;
  const name = `${optionName(option)}${takesValue(option) ? (usage.includes("=") ? "=-" : "=") : ""}`;
  const text = summary.replaceAll(/[[\]:]/g, "\\$&");
  const action = Array.isArray(value)
    ? `(${value.join(" ")})`
    : value === "file"
      ? "_files"
      : value === "folder"
        ? "_files -/"
        : " ";
  return quoted(`${name}[${text}]${takesValue(option) ? `:value:${action}` : ""}`);
}

function fish(): string {
  const none = "__fish_use_subcommand";
  return [
    "# fish completions of fim-language-server",
    "complete -c fim-language-server -f",
    ...commandTable.map(({ name, summary }) => fishLine(none, `-a ${name} -d ${quoted(summary)}`)),
    ...serverOptions.map((option) => fishLine(none, fishOption(option))),
    ...commandTable.flatMap(fishCommand),
    "",
  ].join("\n");
}

function fishCommand({ name, options, argument }: CommandDescription): string[] {
  const here = `__fish_seen_subcommand_from ${name}`;
  const given = argument === "file" ? "-F" : `-f -a ${quoted(argument?.join(" ") ?? "")}`;
  return [
    ...options.map((option) => fishLine(here, fishOption(option))),
    ...(argument === undefined ? [] : [fishLine(here, given)]),
  ];
}

function fishLine(condition: string, rest: string): string {
  return `complete -c fim-language-server -n ${quoted(condition)} ${rest}`;
}

function fishOption(option: Option): string {
  const { summary, value } = option;
  const name = `-l ${optionName(option).slice(2)} -d ${quoted(summary)}`;
  if (!takesValue(option)) return name;
  if (value === undefined) return `${name} -x`;
  return Array.isArray(value) ? `${name} -x -a ${quoted(value.join(" "))}` : `${name} -r -F`;
}

/** Single-quoted: none of the three shells expands anything inside. */
function quoted(text: string): string {
  return `'${text.trim().replaceAll("'", `'\\''`)}'`;
}
