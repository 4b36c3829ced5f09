/**
 * Merges layers into settings, key by key. A later layer wins if its value is valid. A value that a layer leaves
 * out, sets to `null` or writes wrongly does not remove an earlier one (invariant 9).
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
  "configuration file",
  "initializationOptions",
  "workspace/configuration",
  "didChangeConfiguration",
  "command line",
] as const;
export type LayerName = (typeof layerNames)[number];

export interface SettingsLayer {
  readonly name: Exclude<LayerName, "default">;
  /** As received; may be any JSON value. */
  readonly content: unknown;
  /** The file that the layer comes from, for messages. */
  readonly source?: string;
  /** The layer comes from the opened workspace: settings of scope `user` are refused. */
  readonly isFromWorkspace?: boolean;
  /** The client sent the layer before it named any folder or document. */
  readonly cameBeforeWorkspace?: boolean;
  /** What went wrong while the layer was read. */
  readonly issues?: readonly SettingsIssue[];
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingKey, LayerName>>;
  readonly issues: readonly SettingsIssue[];
}

/** At most this many unknown names of a layer are reported one by one: each is compared with all setting names. */
const mostUnknown = 20;

/** The settings before any layer has been read. */
export const unconfigured: ResolvedSettings = {
  settings: defaultSettings,
  origins: originsOf(new Map()),
  issues: [],
};

/**
 * `layers` in any order, at most one of each name. Never rejects, whatever a layer contains. Which of a client's
 * settings apply is a question of trust: see `trust/client-trust.ts`.
 */
export async function resolveSettings(layers: readonly SettingsLayer[]): Promise<ResolvedSettings> {
  const { describeReceived, validateSetting } = await import("./validate.ts");
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
    for (const { path, value } of unknown.slice(0, mostUnknown)) {
      report(path, expectedInsteadOf(path), describeReceived(undefined, value));
    }
    if (unknown.length > mostUnknown) {
      report(source, "names of settings", `${unknown.length - mostUnknown} more unknown names`);
    }
    for (const { key, value, formerName } of entries) {
      if (formerName !== undefined) {
        const received = "the former name, which is still understood";
        issues.push({ path: formerName, expected: key, received, source, isApplied: true });
      }
      const isForeign = layer.isFromWorkspace === true && definitionOf(key).scope === "user";
      const verdict = validateSetting(key, value);
      if (isForeign) {
        report(key, "it in your own configuration", "a value that the workspace may have set");
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
 * `layers` with the layer named `layer.name` replaced. Clients push `null` or `{}` to mean "ask me", so such a
 * layer of a client does not replace the previous one.
 */
export function withLayer(
  layers: readonly SettingsLayer[],
  layer: SettingsLayer,
): readonly SettingsLayer[] {
  if (isFromClient(layer) && saysNothing(layer)) return layers;
  return [...layers.filter(({ name }) => name !== layer.name), layer];
}

/** True for `null`, `{}` and the like: no setting, and nothing to report. */
export function saysNothing(layer: SettingsLayer): boolean {
  const { entries, unknown, isMalformed } = flattenLayer(layer.content);
  const isSilent = entries.length === 0 && unknown.length === 0 && !isMalformed;
  return isSilent && (layer.issues ?? []).length === 0;
}

const clientLayers: ReadonlySet<LayerName> = new Set<LayerName>([
  "initializationOptions",
  "workspace/configuration",
  "didChangeConfiguration",
]);

/** Layers sent by an editor. They may contain settings of the opened workspace. */
export function isFromClient({ name }: SettingsLayer): boolean {
  return clientLayers.has(name);
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
