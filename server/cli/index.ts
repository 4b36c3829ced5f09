/** The commands that are not the server. Each is loaded when it is asked for: the server never pays for them. */
import { UsageError, type Command, type CommandIo } from "./command.ts";

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  complete: async () => (await import("./complete.ts")).complete,
  config: async () => (await import("./config.ts")).config,
  doctor: async () => (await import("./doctor.ts")).doctor,
};

/** For `--help`: one line each. */
export const commandSummaries: readonly (readonly [usage: string, summary: string])[] = [
  [
    "complete FILE:LINE:COLUMN [--json] [--explain]",
    "print the suggestion at a place (both counted from 1)",
  ],
  ["config [--json | --schema]", "print the effective settings, or their JSON Schema"],
  ["doctor [--json] [--probe]", "check all that a suggestion depends on, and ask for one"],
];

/** Runs the command that `argv` begins with and resolves to its exit status. */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name = "", ...rest] = argv;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    io.writeError(`fim-language-server: no command ${JSON.stringify(name)}; see --help\n`);
    return 2;
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
