/**
 * Layers become settings, key by key: a later layer wins where it says something valid, and nothing that a
 * layer leaves out, leaves `null` or writes wrongly takes away what an earlier one set (invariant 9).
 */
import { flattenLayer } from "./flatten.ts";
import { nearestKey, type SettingsIssue } from "./issue.ts";
import {
  defaultSettings,
  definitionOf,
  settingKeys,
  type SettingKey,
  type Settings,
} from "./schema.ts";
import { userScopedKeys, workspaceMentions } from "./workspace-trust.ts";

/** From the weakest to the strongest. */
export const layerNames = [
  "default",
  "environment",
  "configuration file",
  "initializationOptions",
  "workspace/configuration",
  "didChangeConfiguration",
  "command line",
] as const;
export type LayerName = (typeof layerNames)[number];

export interface SettingsLayer {
  readonly name: Exclude<LayerName, "default">;
  /** As received: any JSON value. */
  readonly content: unknown;
  /** The file that it came from, for messages. */
  readonly source?: string;
  /** It came out of the opened workspace: settings of scope `user` are refused. */
  readonly isFromWorkspace?: boolean;
  /** What went wrong while the layer was read. */
  readonly issues?: readonly SettingsIssue[];
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingKey, LayerName>>;
  readonly issues: readonly SettingsIssue[];
}

/** What applies before any layer was read. */
export const unconfigured: ResolvedSettings = {
  settings: defaultSettings,
  origins: originsOf(new Map()),
  issues: [],
};

/** Where the files of a workspace lie that an editor may have taken settings from. */
export interface WorkspacePlaces {
  readonly folders: readonly string[];
  readonly homeDirectory: string;
}

/**
 * `layers` in any order, at most one of each name; never rejects for anything that a layer holds. With
 * `workspace`, what a client says of settings of scope `user` is refused where the workspace mentions them.
 */
export async function resolveSettings(
  layers: readonly SettingsLayer[],
  workspace?: WorkspacePlaces,
): Promise<ResolvedSettings> {
  const { describeReceived, validateSetting } = await import("./validate.ts");
  const mentions = await mentionsFor(layers, workspace);
  const values = new Map<SettingKey, unknown>();
  const origins = new Map<SettingKey, LayerName>();
  const issues: SettingsIssue[] = [];

  for (const layer of layers.toSorted((a, b) => rank(a) - rank(b))) {
    const source = layer.source ?? layer.name;
    const report = (path: string, expected: string, received: string): void => {
      issues.push({ path: clip(path), expected, received, source });
    };
    issues.push(...(layer.issues ?? []));
    const { entries, unknown, isMalformed } = flattenLayer(layer.content);
    if (isMalformed) {
      report(source, "an object of settings", describeReceived(undefined, layer.content));
    }
    for (const { path, value } of unknown) {
      report(path, expectedInsteadOf(path), describeReceived(undefined, value));
    }
    for (const { key, value } of entries) {
      const setter = workspaceSetter(layer, key, mentions);
      const verdict = validateSetting(key, value);
      if (setter !== undefined) {
        report(key, "it in your own configuration", `a value that ${setter} may have set`);
      } else if (verdict.isValid) {
        values.set(key, merged(key, values.get(key), verdict.value));
        origins.set(key, layer.name);
      } else report(key + verdict.subpath, verdict.expected, verdict.received);
    }
  }
  const settings = { ...defaultSettings, ...Object.fromEntries(values) } as Settings;
  return { settings, origins: originsOf(origins), issues };
}

/**
 * `layers` with the one of `layer.name` replaced. Clients push `null` or `{}` to say "ask me": a layer that
 * says nothing keeps what was there.
 */
export function withLayer(
  layers: readonly SettingsLayer[],
  layer: SettingsLayer,
): readonly SettingsLayer[] {
  return saysNothing(layer) ? layers : [...layers.filter(({ name }) => name !== layer.name), layer];
}

/** True for `null`, `{}` and the like: neither a setting nor anything to complain about. */
export function saysNothing(layer: SettingsLayer): boolean {
  const { entries, unknown, isMalformed } = flattenLayer(layer.content);
  const isSilent = entries.length === 0 && unknown.length === 0 && !isMalformed;
  return isSilent && (layer.issues ?? []).length === 0;
}

/** What editors send, with settings of the opened workspace mixed in. */
const clientLayers: ReadonlySet<LayerName> = new Set<LayerName>([
  "initializationOptions",
  "workspace/configuration",
  "didChangeConfiguration",
]);

async function mentionsFor(
  layers: readonly SettingsLayer[],
  workspace: WorkspacePlaces | undefined,
): Promise<ReadonlyMap<SettingKey, string>> {
  const isAsked = layers.some(
    ({ name, content }) => clientLayers.has(name) && userScopedKeys(content).length > 0,
  );
  if (workspace === undefined || !isAsked) return new Map();
  return workspaceMentions(workspace.folders, workspace.homeDirectory);
}

/** What of the workspace may have set `key` in this layer; `undefined` when the user did, or it is harmless. */
function workspaceSetter(
  layer: SettingsLayer,
  key: SettingKey,
  mentions: ReadonlyMap<SettingKey, string>,
): string | undefined {
  if (definitionOf(key).scope !== "user") return undefined;
  if (layer.isFromWorkspace === true) return "the workspace";
  return clientLayers.has(layer.name) ? mentions.get(key) : undefined;
}

function rank(layer: SettingsLayer): number {
  return layerNames.indexOf(layer.name);
}

function merged(key: SettingKey, earlier: unknown, value: unknown): unknown {
  const definition = definitionOf(key);
  if (definition.merge === "replace") return value;
  return [...((earlier ?? definition.default) as unknown[]), ...(value as unknown[])];
}

function originsOf(origins: ReadonlyMap<SettingKey, LayerName>): Record<SettingKey, LayerName> {
  return Object.fromEntries(
    settingKeys.map((key) => [key, origins.get(key) ?? "default"]),
  ) as Record<SettingKey, LayerName>;
}

function expectedInsteadOf(path: string): string {
  if (/api_?-?key$/i.test(path)) {
    return "no key in the settings, but provider.apiKeyEnv, provider.apiKeyCommand or provider.apiKeyFile";
  }
  const nearest = nearestKey(path);
  return nearest === undefined
    ? "the name of a setting"
    : `the name of a setting, such as ${nearest}`;
}

function clip(path: string): string {
  return path.length > 80 ? `${path.slice(0, 80)}…` : path;
}
