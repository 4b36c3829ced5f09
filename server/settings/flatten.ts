/**
 * Splits a layer into single settings. Clients write a setting flat (`"provider.name"`) or nested (`{"provider":
 * {"name"}}`), bare or under `fim`. Every layer accepts all four.
 */
import { isRecord } from "../base/record.ts";
import { formerNames, isSettingKey, settingKeys, type SettingKey } from "./schema.ts";

/** The section in which clients store this server's settings. */
export const settingsSection = "fim";

export interface FlatEntry {
  readonly key: SettingKey;
  readonly value: unknown;
  /** The name as written, if it is a former name. */
  readonly formerName?: string;
}

export interface FlatLayer {
  /** In the order written. A later entry of the same key wins. */
  readonly entries: readonly FlatEntry[];
  /** Paths that name no setting, with their values. */
  readonly unknown: readonly { readonly path: string; readonly value: unknown }[];
  /** True if the layer is neither an object nor null, so nothing of it could be read. */
  readonly isMalformed: boolean;
}

const areas = new Set(settingKeys.map((key) => key.split(".")[0] ?? key));

/** `null`, `undefined` and `{}` mean "not set", also inside a layer. */
export function flattenLayer(content: unknown): FlatLayer {
  const entries: FlatEntry[] = [];
  const unknown: { path: string; value: unknown }[] = [];
  if (content === null || content === undefined) return { entries, unknown, isMalformed: false };
  if (!isRecord(content)) return { entries, unknown, isMalformed: true };

  const visit = (path: string, value: unknown, depth: number): void => {
    if (value === null || value === undefined) return;
    const newName = Object.hasOwn(formerNames, path) ? formerNames[path] : undefined;
    if (isSettingKey(path)) entries.push({ key: path, value });
    // Placed first, so that the new name wins if a layer has both.
    else if (newName !== undefined) entries.unshift({ key: newName, value, formerName: path });
    else if (isRecord(value) && depth < 3) {
      for (const [name, inner] of Object.entries(value)) visit(`${path}.${name}`, inner, depth + 1);
    } else unknown.push({ path, value });
  };

  const isSectioned = Object.keys(content).some(isSectionName);
  for (const [name, value] of Object.entries(content)) {
    if (name === "$schema") continue;
    if (isSectionName(name)) {
      const bare = name.slice(settingsSection.length + 1);
      if (bare !== "") visit(bare, value, 1);
      else if (isRecord(value)) {
        for (const [inner, innerValue] of Object.entries(value)) visit(inner, innerValue, 1);
      } else if (value !== null && value !== undefined) unknown.push({ path: name, value });
    } else if (!isSectioned || areas.has(name.split(".")[0] ?? name)) visit(name, value, 1);
    // Otherwise it is the section of another server: clients may send all their settings.
  }
  return { entries, unknown, isMalformed: false };
}

function isSectionName(name: string): boolean {
  return name === settingsSection || name.startsWith(`${settingsSection}.`);
}
