/** The commands other than the server. Each is loaded on demand, so the server never pays for them. */
import { seeHelp, UsageError, type Command, type CommandIo } from "./command.ts";
import { didYouMean } from "./help/closest.ts";
import { commandTable } from "./help/command-table.ts";
import { commandHelp, helpText } from "./help/help.ts";

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  complete: async () => (await import("./complete.ts")).complete,
  config: async () => (await import("./config.ts")).config,
  usage: async () => (await import("./usage.ts")).usage,
  "next-edit": async () => (await import("./next-edit.ts")).nextEdit,
  doctor: async () => (await import("./doctor/doctor.ts")).doctor,
  completions: async () => (await import("./completions.ts")).completions,
};

/** Runs the command that `argv` begins with and resolves to its exit status. */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name = "", ...rest] = argv;
  if (name === "help" || rest.includes("--help") || rest.includes("-h")) {
    return help(name === "help" ? rest[0] : name, io);
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    return unknown(name, io);
  }
  try {
    const command = await load();
    return await command(rest, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.writeError(`fim-language-server ${name}: ${error.message}\n`);
    return 2;
  }
}

/** `help`, `help COMMAND` and `COMMAND --help`. */
function help(name: string | undefined, io: CommandIo): number {
  const described = commandTable.find((command) => command.name === name);
  if (described === undefined && name !== undefined && !name.startsWith("-")) {
    return unknown(name, io);
  }
  io.write(described === undefined ? helpText() : commandHelp(described));
  return 0;
}

function unknown(name: string, io: CommandIo): number {
  const known = [...commandTable.map((command) => command.name), "help"];
  const hint = didYouMean(name, known);
  io.writeError(`fim-language-server: no command ${JSON.stringify(name)}${hint}; ${seeHelp}\n`);
  return 2;
}
