/** The arguments of `serve`, and the settings that it starts with. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import type { Environment } from "../settings/environment.ts";
import { describeIssues } from "../settings/issue.ts";
import type { Settings } from "../settings/schema.ts";
import { parseArguments, UsageError, type CommandIo } from "./command.ts";
import { loadSettings } from "./load-settings.ts";

export interface EndpointOptions {
  readonly port: number;
  readonly roots: readonly string[];
  readonly asksToken: boolean;
  readonly settings: Settings;
  readonly environment: Environment;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

const usualPort = 8787;

/** `undefined` after an error on stderr; the exit status is 2. */
export async function endpointOptions(
  argv: readonly string[],
  io: CommandIo,
): Promise<EndpointOptions | undefined> {
  try {
    const { values, positionals } = parseArguments(argv, {
      port: { type: "string" },
      root: { type: "string", multiple: true },
      "no-token": { type: "boolean" },
      config: { type: "string" },
    });
    const [stray] = positionals;
    if (stray !== undefined) throw new UsageError(`does not take ${JSON.stringify(stray)}`);
    const roots = await folders(values.root ?? [], io.workingDirectory);
    const loaded = await loadSettings(io, values.config, roots);
    if (loaded.issues.length > 0) io.writeError(`${describeIssues(loaded.issues)}\n`);
    const { environment, homeDirectory, platform } = io;
    return {
      port: values.port === undefined ? usualPort : toPort(values.port),
      roots,
      asksToken: values["no-token"] !== true,
      settings: loaded.settings,
      environment,
      homeDirectory,
      platform,
      write: (text) => io.write(text),
      writeError: (text) => io.writeError(text),
    };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.writeError(`fim-language-server serve: ${error.message}\n`);
    return undefined;
  }
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port takes a number from 0 to 65535, not ${JSON.stringify(text)}`);
}

async function folders(names: readonly string[], workingDirectory: string): Promise<string[]> {
  const paths = names.map((name) => resolve(workingDirectory, name));
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() !== true) throw new UsageError(`--root ${path} is no folder`);
  }
  return paths;
}
