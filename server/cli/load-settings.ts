/** The settings of a command: environment and configuration file, as the server has them before any editor. */
import { configFileLayer } from "../settings/config-file.ts";
import { environmentLayer } from "../settings/environment.ts";
import { resolveSettings, type ResolvedSettings } from "../settings/resolve.ts";
import { UsageError, type CommandIo } from "./command.ts";

export interface LoadedSettings extends ResolvedSettings {
  /** The configuration file that was read. */
  readonly file: string | undefined;
}

/**
 * `file` is that of `--config`; `workspaceFolders` lend no rights to a file inside them.
 * @throws UsageError when `file` cannot be read or is not JSON
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
