/** The settings of a command: environment and configuration file, as for the server before an editor connects. */
import { configFileLayer } from "../settings/config-file.ts";
import { environmentLayer } from "../settings/environment.ts";
import { resolveSettings, type ResolvedSettings } from "../settings/resolve.ts";
import { UsageError, type CommandIo } from "./command.ts";

export interface LoadedSettings extends ResolvedSettings {
  /** The configuration file that was read. */
  readonly file: string | undefined;
}

/**
 * `file` is the value of `--config`. A file inside one of `workspaceFolders` is not trusted. @throws UsageError if
 * `file` cannot be read or is not JSON
 */
export async function loadSettings(
  io: CommandIo,
  file: string | undefined,
  workspaceFolders: readonly string[] = [],
): Promise<LoadedSettings> {
  const { environment, homeDirectory, platform } = io;
  const places = { file, environment, homeDirectory, platform, workspaceFolders };
  const fileLayer = await configFileLayer(places);
  const [problem] = fileLayer.issues ?? [];
  if (file !== undefined && problem !== undefined)
    throw new UsageError(`--config ${problem.path}: ${problem.received}`);
  const resolved = await resolveSettings([environmentLayer(environment), fileLayer]);
  return { ...resolved, file: fileLayer.source };
}
