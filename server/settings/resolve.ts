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

/** From the weakest to the strongest. */
export const layerNames = [
  "default",
  "environment",
  "config file",
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
  /** The file or variable that it came from, for messages. */
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

/** `layers` in any order, at most one of each name; never rejects for anything that a layer holds. */
export async function resolveSettings(layers: readonly SettingsLayer[]): Promise<ResolvedSettings> {
  const { describeReceived, validateSetting } = await import("./validate.ts");
  const values = new Map<SettingKey, unknown>();
  const origins = new Map<SettingKey, LayerName>();
  const issues: SettingsIssue[] = [];

  for (const layer of layers.toSorted((a, b) => rank(a) - rank(b))) {
    const source = layer.source ?? layer.name;
    issues.push(...(layer.issues ?? []));
    const { entries, unknown, isMalformed } = flattenLayer(layer.content);
    if (isMalformed) {
      const received = describeReceived(undefined, layer.content);
      issues.push({ path: layer.name, expected: "an object of settings", received, source });
    }
    for (const { path, value } of unknown) {
      const received = describeReceived(undefined, value);
      issues.push({ path: clip(path), expected: expectedInsteadOf(path), received, source });
    }
    for (const { key, value } of entries) {
      if (layer.isFromWorkspace === true && definitionOf(key).scope === "user") {
        issues.push({
          path: key,
          expected: "this setting in your own configuration, not in a file of the workspace",
          received: "a value from the workspace",
          source,
        });
        continue;
      }
      const verdict = validateSetting(key, value);
      if (verdict.isValid) {
        values.set(key, merged(key, values.get(key), verdict.value));
        origins.set(key, layer.name);
      } else {
        const { subpath, expected, received } = verdict;
        issues.push({ path: clip(key + subpath), expected, received, source });
      }
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
  const { entries, unknown, isMalformed } = flattenLayer(layer.content);
  const saysNothing = entries.length === 0 && unknown.length === 0 && !isMalformed;
  if (saysNothing && (layer.issues ?? []).length === 0) return layers;
  return [...layers.filter(({ name }) => name !== layer.name), layer];
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
