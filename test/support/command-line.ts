/** Runs a command of the command line in this process and captures its output. */
import type { CommandIo } from "../../server/cli/command.ts";
import { runCommand } from "../../server/cli/index.ts";

export interface CommandRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSurroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  readonly homeDirectory?: string;
  readonly hasColors?: boolean;
}

/** With an empty environment and no home directory by default: the machine's own settings stay out. */
export async function runInProcess(
  argv: readonly string[],
  surroundings: CommandSurroundings = {},
): Promise<CommandRun> {
  let stdout = "";
  let stderr = "";
  const status = await runCommand(argv, {
    ...ioOf(surroundings),
    write: (text) => {
      stdout += text;
    },
    writeError: (text) => {
      stderr += text;
    },
  });
  return { status, stdout, stderr };
}

/** What a command runs in; its output is lost. */
export function ioOf(surroundings: CommandSurroundings): CommandIo {
  return {
    write: () => {},
    writeError: () => {},
    hasColors: surroundings.hasColors ?? false,
    environment: surroundings.environment ?? {},
    workingDirectory: surroundings.workingDirectory ?? process.cwd(),
    homeDirectory: surroundings.homeDirectory ?? "/nonexistent",
    platform: process.platform,
  };
}
