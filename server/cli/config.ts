/**
 * `config`: prints the effective settings and the layer of each value. For secrets it shows only whether they are
 * set.
 */
import { usualKeyVariables } from "../providers/index.ts";
import type { Environment } from "../settings/environment.ts";
import { describeIssues } from "../settings/issue.ts";
import { settingsJsonSchema } from "../settings/json-schema.ts";
import { definitionOf, settingKeys, type SettingKey } from "../settings/schema.ts";
import { parseArguments, seeHelp, UsageError, type CommandIo } from "./command.ts";
import { loadSettings, type LoadedSettings } from "./load-settings.ts";

export async function config(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArguments(argv, {
    json: { type: "boolean" },
    schema: { type: "boolean" },
    config: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`takes no arguments, only options; ${seeHelp}`);
  if (values.schema === true) {
    io.write(`${JSON.stringify(settingsJsonSchema(), undefined, 2)}\n`);
    return 0;
  }
  const loaded = await loadSettings(io, values.config);
  io.write(values.json === true ? asJson(loaded, io) : asTable(loaded, io));
  if (loaded.issues.length === 0) return 0;
  io.writeError(`${describeIssues(loaded.issues)}\n`);
  return 1;
}

/** The printable form of a value. For text that may be a secret, only whether it is set. */
export function shownValue(loaded: LoadedSettings, key: SettingKey): unknown {
  const value = loaded.settings[key];
  const isUnset = value === undefined || (Array.isArray(value) && value.length === 0);
  return definitionOf(key).isSensitive && !isUnset ? "set" : value;
}

function asJson(loaded: LoadedSettings, { environment }: CommandIo): string {
  const rows = settingKeys.map((key) => [
    key,
    { value: shownValue(loaded, key) ?? null, layer: loaded.origins[key] },
  ]);
  const { file = null, issues } = loaded;
  const keys = Object.fromEntries(keyVariablesOf(environment));
  const facts = { file, settings: Object.fromEntries(rows), keys, issues };
  return `${JSON.stringify(facts, undefined, 2)}\n`;
}

function asTable(loaded: LoadedSettings, { environment }: CommandIo): string {
  const rows = settingKeys.map((key) => {
    const value = shownValue(loaded, key);
    const text = value === undefined ? "unset" : JSON.stringify(value);
    return [key, clip(text), loaded.origins[key]] as const;
  });
  const keyWidth = Math.max(...rows.map(([key]) => key.length));
  const layerWidth = Math.max(...rows.map(([, , layer]) => layer.length));
  const lines = rows.map(
    ([key, value, layer]) => `${key.padEnd(keyWidth)}  ${layer.padEnd(layerWidth)}  ${value}`,
  );
  const keys = keyVariablesOf(environment).map(([name, state]) => `${name}: ${state}`);
  const end = [...keys, `configuration file: ${loaded.file ?? "none"}`];
  return `${[...lines, "", ...end].join("\n")}\n`;
}

/** The usual key variables: whether they are set, never their values. */
function keyVariablesOf(environment: Environment): (readonly [name: string, state: string])[] {
  return usualKeyVariables().map((name) => {
    const isSet = (environment[name] ?? "").trim() !== "";
    return [name, isSet ? "set" : "unset"];
  });
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
