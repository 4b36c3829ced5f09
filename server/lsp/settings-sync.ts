/**
 * The settings as the client and the machine tell them, in layers: environment, configuration file,
 * `initializationOptions`, pulled `workspace/configuration`, pushed `didChangeConfiguration`. A layer that
 * says nothing takes nothing away (invariant 9).
 */
import pDebounce from "p-debounce";

import { configFileLayer } from "../settings/config-file.ts";
import { environmentLayer, type Environment } from "../settings/environment.ts";
import { flattenLayer, settingsSection } from "../settings/flatten.ts";
import { describeIssues, type SettingsIssue } from "../settings/issue.ts";
import {
  resolveSettings,
  saysNothing,
  unconfigured,
  withLayer,
  type ResolvedSettings,
  type SettingsLayer,
} from "../settings/resolve.ts";
import { defaultSettings, type Settings } from "../settings/schema.ts";
import type { Client } from "./client/client.ts";
import { asArray, asRecord } from "./json.ts";
import { positionEncodings } from "./position.ts";

/** Where settings come from, the client apart. */
export interface SettingsPlaces {
  readonly environment: Environment;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly platform: NodeJS.Platform;
  /** `--config`. */
  readonly configFile?: string | undefined;
  /** Options of the command line that are settings. */
  readonly commandLine?: Readonly<Record<string, unknown>> | undefined;
}

/** What the answer to `initialize` depends on. */
export type SettingsAtStart = Pick<
  Settings,
  "completion.enabled" | "inlineCompletion.enabled" | "positionEncoding"
>;

export interface SettingsSync {
  readonly current: ResolvedSettings;
  readonly atStart: SettingsAtStart;
  /**
   * Reads every layer that there is at `initialize` (one or two small files, no network), and of them what
   * the answer depends on; validation is loaded later.
   */
  read(params: unknown, folders: readonly string[]): Promise<SettingsAtStart>;
  /** The opened folders have changed: what the workspace may not set is checked again. */
  setFolders(opened: readonly string[]): Promise<void>;
  /** From then on `current` holds what the layers say. */
  resolve(): Promise<void>;
  /** Asks the client, where it can be asked; resolves when `current` holds what it said. */
  pull(): Promise<void>;
  /** `workspace/didChangeConfiguration`. */
  push(params: unknown): Promise<void>;
}

/** Editors send several notifications for one change: each caller of a burst gets the last result. */
const burstMs = 25;

/** `report` gets the issues when they have changed. */
export function createSettingsSync(
  places: SettingsPlaces,
  client: Pick<Client, "request">,
  report: (issues: readonly SettingsIssue[]) => void,
): SettingsSync {
  let layers: readonly SettingsLayer[] = [];
  let folders: readonly string[] = [];
  let current: ResolvedSettings = unconfigured;
  let atStart: SettingsAtStart = defaultSettings;
  let canPull = false;
  let reported = "";

  async function resolve(): Promise<void> {
    const said = layers.filter((layer) => !saysNothing(layer));
    // Without a folder an editor takes the project's settings from where it was started.
    const looked = folders.length > 0 ? folders : [places.workingDirectory];
    const workspace = { folders: looked, homeDirectory: places.homeDirectory };
    // With no setting at all there is nothing to validate, and no validator to load.
    current = said.length === 0 ? unconfigured : await resolveSettings(said, workspace);
    const issues = describeIssues(current.issues);
    if (current.issues.length > 0 && issues !== reported) report(current.issues);
    reported = issues;
  }

  async function set(layer: SettingsLayer): Promise<void> {
    layers = withLayer(layers, layer);
    await resolve();
  }

  function readConfigFile(): Promise<SettingsLayer> {
    const { configFile: file, environment, homeDirectory, platform } = places;
    const where = { file, environment, homeDirectory, platform };
    return configFileLayer({ ...where, workspaceFolders: folders });
  }

  const pull = pDebounce(async () => {
    const answer = await client.request("workspace/configuration", {
      items: [{ section: settingsSection }],
    });
    const [section] = asArray(answer);
    await set({ name: "workspace/configuration", content: inSection(section) });
  }, burstMs);

  return {
    get current() {
      return current;
    },
    get atStart() {
      return atStart;
    },
    resolve,
    async read(params, opened) {
      folders = opened;
      const { capabilities, initializationOptions } = asRecord(params);
      canPull = asRecord(asRecord(capabilities)["workspace"])["configuration"] === true;
      layers = [
        environmentLayer(places.environment),
        await readConfigFile(),
        { name: "initializationOptions", content: initializationOptions },
        { name: "command line", content: places.commandLine },
      ];
      atStart = readAtStart(layers);
      return atStart;
    },
    async setFolders(opened) {
      folders = opened;
      await set(await readConfigFile());
    },
    async pull() {
      if (canPull) await pull();
    },
    async push(params) {
      await set({ name: "didChangeConfiguration", content: asRecord(params)["settings"] });
      if (canPull) await pull();
    },
  };
}

function readAtStart(layers: readonly SettingsLayer[]): SettingsAtStart {
  const found: { -readonly [K in keyof SettingsAtStart]: SettingsAtStart[K] } = {
    "completion.enabled": defaultSettings["completion.enabled"],
    "inlineCompletion.enabled": defaultSettings["inlineCompletion.enabled"],
    positionEncoding: defaultSettings.positionEncoding,
  };
  for (const { key, value } of layers.flatMap(({ content }) => flattenLayer(content).entries)) {
    if (key === "positionEncoding") {
      found[key] = positionEncodings.find((encoding) => encoding === value) ?? found[key];
    } else if (key === "completion.enabled" || key === "inlineCompletion.enabled") {
      if (typeof value === "boolean") found[key] = value;
    }
  }
  return found;
}

/** The pulled section is what stands under `fim`; a client may answer with anything. */
function inSection(section: unknown): unknown {
  if (section === null || section === undefined) return undefined;
  return { [settingsSection]: section };
}
