/**
 * The settings from the client and the machine, in layers: environment, configuration file,
 * `initializationOptions`, pulled `workspace/configuration`, pushed `didChangeConfiguration`. An empty layer
 * removes nothing (invariant 9).
 */
import pDebounce from "p-debounce";

import { configFileLayer, configFilePlaces } from "../settings/config-file.ts";
import { openDecisions } from "../settings/trust/decisions.ts";
import {
  environmentLayer,
  environmentVariableOf,
  type Environment,
} from "../settings/environment.ts";
import { flattenLayer, settingsSection } from "../settings/flatten.ts";
import { describeIssues, type SettingsIssue } from "../settings/issue.ts";
import {
  isFromClient,
  resolveSettings,
  saysNothing,
  unconfigured,
  withLayer,
  type ResolvedSettings,
  type SettingsLayer,
} from "../settings/resolve.ts";
import { defaultSettings, type Settings } from "../settings/schema.ts";
import type { ClientTrust } from "../settings/trust/client-trust.ts";
import type { Client } from "./client/client.ts";
import type { Questions } from "./client/questions.ts";
import { tellsOfFolder } from "./folders.ts";
import { asArray, asRecord } from "./json.ts";
import { positionEncodings } from "./position.ts";

/** The sources of settings other than the client. */
export interface SettingsPlaces {
  readonly environment: Environment;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly platform: NodeJS.Platform;
  /** `--config`. */
  readonly configFile?: string | undefined;
  /** Command-line options that are settings. */
  readonly commandLine?: Readonly<Record<string, unknown>> | undefined;
}

/** The settings that the answer to `initialize` depends on. */
export type SettingsAtStart = Pick<
  Settings,
  "completion.enabled" | "inlineCompletion.enabled" | "nextEdit.enabled" | "positionEncoding"
>;

export interface SettingsSync {
  readonly current: ResolvedSettings;
  readonly atStart: SettingsAtStart;
  /**
   * Reads all layers available at `initialize` (one or two small files, no network), but only the settings that the
   * answer depends on. Validation is loaded later.
   */
  read(params: unknown, folders: readonly string[]): Promise<SettingsAtStart>;
  /** Where a configuration file may be, whether it exists or not. */
  readonly configFiles: readonly string[];
  /** The configuration file has changed on the disk. */
  readConfigFileAgain(): Promise<void>;
  /** The opened folders have changed: a configuration file inside one of them belongs to the workspace. */
  setFolders(opened: readonly string[]): Promise<void>;
  /** A document was opened: from now on the client's settings may come from its folder. */
  noteDocument(): void;
  /** Calls `listener` when the user's answer may have changed `current`. */
  onDidDecide(listener: () => void): void;
  /** From then on `current` holds the resolved settings. */
  resolve(): Promise<void>;
  /** Requests the client's settings, if it supports that. Resolves when `current` includes them. */
  pull(): Promise<void>;
  /** `workspace/didChangeConfiguration`. */
  push(params: unknown): Promise<void>;
}

/** Editors send several notifications for one change. Each caller in a burst gets the last result. */
const burstMs = 25;

export interface SettingsSyncDependencies {
  readonly client: Pick<Client, "request">;
  readonly questions: Pick<Questions, "ask">;
  /** Called with the issues if they differ from before. */
  readonly report: (issues: readonly SettingsIssue[]) => void;
  /** For the log. */
  readonly note: (text: string) => void;
}

export function createSettingsSync(
  places: SettingsPlaces,
  { client, questions, report, note }: SettingsSyncDependencies,
): SettingsSync {
  let layers: readonly SettingsLayer[] = [];
  /** All folders opened so far. */
  let folders: readonly string[] = [];
  let isWorkspaceKnown = false;
  let current: ResolvedSettings = unconfigured;
  let atStart: SettingsAtStart = defaultSettings;
  let canPull = false;
  let reported = "";
  let trust: ClientTrust | undefined;
  let resolving: Promise<void> = Promise.resolve();
  let onDecision: (() => void) | undefined;

  /** One after another, so that the latest layers apply. */
  function resolve(): Promise<void> {
    resolving = resolving.then(resolveNow);
    return resolving;
  }

  async function resolveNow(): Promise<void> {
    const said = layers.filter((layer) => !saysNothing(layer));
    // Without any setting there is nothing to validate and no validator to load.
    if (said.length === 0) current = unconfigured;
    else if (said.some(isFromClient)) current = await (await clientTrust()).resolve(said);
    else current = await resolveSettings(said);
    const issues = describeIssues(current.issues);
    if (current.issues.length > 0 && issues !== reported) report(current.issues);
    reported = issues;
  }

  async function clientTrust(): Promise<ClientTrust> {
    const { ClientTrust: Trust } = await import("../settings/trust/client-trust.ts");
    trust ??= new Trust({
      decisions: openDecisions(places),
      ask: (question) => questions.ask(question),
      onDecision: () => void resolve().then(() => onDecision?.()),
      note,
      ownPlaces: (key) => `${ownConfigFile(places)} or in ${environmentVariableOf(key)}`,
    });
    return trust;
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

  const pull = pDebounce(async (cameBeforeWorkspace: boolean) => {
    const answer = await client.request("workspace/configuration", {
      items: [{ section: settingsSection }],
    });
    const [section] = asArray(answer);
    const content = inSection(section);
    await set({ name: "workspace/configuration", content, cameBeforeWorkspace });
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
      isWorkspaceKnown = tellsOfFolder(params);
      const cameBeforeWorkspace = !isWorkspaceKnown;
      const { capabilities, initializationOptions } = asRecord(params);
      canPull = asRecord(asRecord(capabilities)["workspace"])["configuration"] === true;
      layers = [
        environmentLayer(places.environment),
        await readConfigFile(),
        { name: "initializationOptions", content: initializationOptions, cameBeforeWorkspace },
        { name: "command line", content: places.commandLine },
      ];
      atStart = readAtStart(layers);
      return atStart;
    },
    configFiles: places.configFile === undefined ? configFilePlaces(places) : [places.configFile],
    async readConfigFileAgain() {
      await set(await readConfigFile());
    },
    async setFolders(opened) {
      isWorkspaceKnown = true;
      folders = [...new Set([...folders, ...opened])];
      await set(await readConfigFile());
    },
    noteDocument() {
      isWorkspaceKnown = true;
    },
    onDidDecide(listener) {
      onDecision = listener;
    },
    async pull() {
      // Settings requested before a workspace is known cannot come from one.
      if (canPull) await pull(!isWorkspaceKnown);
    },
    async push(params) {
      const content = asRecord(params)["settings"];
      const cameBeforeWorkspace = !isWorkspaceKnown;
      await set({ name: "didChangeConfiguration", content, cameBeforeWorkspace });
      if (canPull) await pull(!isWorkspaceKnown);
    },
  };
}

/** For people: where the user's own settings belong. */
export function ownConfigFile(places: SettingsPlaces): string {
  const [path = ""] = configFilePlaces(places);
  const { homeDirectory } = places;
  return path.startsWith(homeDirectory) ? `~${path.slice(homeDirectory.length)}` : path;
}

function readAtStart(layers: readonly SettingsLayer[]): SettingsAtStart {
  const found: { -readonly [K in keyof SettingsAtStart]: SettingsAtStart[K] } = {
    "completion.enabled": defaultSettings["completion.enabled"],
    "inlineCompletion.enabled": defaultSettings["inlineCompletion.enabled"],
    "nextEdit.enabled": defaultSettings["nextEdit.enabled"],
    positionEncoding: defaultSettings.positionEncoding,
  };
  for (const { key, value } of layers.flatMap(({ content }) => flattenLayer(content).entries)) {
    if (key === "positionEncoding") {
      found[key] = positionEncodings.find((encoding) => encoding === value) ?? found[key];
    } else if (
      key === "completion.enabled" ||
      key === "inlineCompletion.enabled" ||
      key === "nextEdit.enabled"
    ) {
      if (typeof value === "boolean") found[key] = value;
    }
  }
  return found;
}

/** The pulled section is the content of `fim`. A client may answer with any value. */
function inSection(section: unknown): unknown {
  if (section === null || section === undefined) return undefined;
  return { [settingsSection]: section };
}
