/** The commands that are not the server. Each is loaded when it is asked for: the server never pays for them. */
import { seeHelp, UsageError, type Command, type CommandIo } from "./command.ts";
import { helpText } from "./help.ts";

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  complete: async () => (await import("./complete.ts")).complete,
  config: async () => (await import("./config.ts")).config,
  usage: async () => (await import("./usage.ts")).usage,
  "next-edit": async () => (await import("./next-edit.ts")).nextEdit,
  doctor: async () => (await import("./doctor/doctor.ts")).doctor,
};

/** Runs the command that `argv` begins with and resolves to its exit status. */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name = "", ...rest] = argv;
  if (name === "help" || rest.includes("--help") || rest.includes("-h")) {
    io.write(helpText());
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    io.writeError(`fim-language-server: no command ${JSON.stringify(name)}; ${seeHelp}\n`);
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
