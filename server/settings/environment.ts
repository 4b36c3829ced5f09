/**
 * The environment as a layer. A setting's variable is `FIM_` and its name in capitals, with underscores between
 * words: `provider.maxOutputTokens` is `FIM_PROVIDER_MAX_OUTPUT_TOKENS`.
 */
import type { SettingType } from "./definition.ts";
import { definitionOf, formerNames, settingKeys } from "./schema.ts";
import type { SettingsLayer } from "./resolve.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export function environmentVariableOf(key: string): string {
  const words = key.replaceAll(/([a-z])([A-Z])/g, "$1_$2").replaceAll(/[.-]/g, "_");
  return `FIM_${words.toUpperCase()}`;
}

/** An empty variable counts as not set. A variable that names no setting belongs to another program. */
export function environmentLayer(environment: Environment): SettingsLayer {
  const content: Record<string, unknown> = {};
  for (const key of settingKeys) {
    const written = environment[environmentVariableOf(key)]?.trim() ?? "";
    if (written !== "") content[key] = valueOf(definitionOf(key).type, written);
  }
  for (const [formerName, key] of Object.entries(formerNames)) {
    const written = environment[environmentVariableOf(formerName)]?.trim() ?? "";
    if (written !== "") content[formerName] = valueOf(definitionOf(key).type, written);
  }
  return { name: "environment", content };
}

/** A value that cannot be read as `type` stays text; validation then reports it. */
function valueOf(type: SettingType, written: string): unknown {
  switch (type.kind) {
    case "boolean":
      if (/^(?:1|true|yes|on)$/i.test(written)) return true;
      return /^(?:0|false|no|off)$/i.test(written) ? false : written;
    case "number":
      return Number.isFinite(Number(written)) ? Number(written) : written;
    case "choice":
    case "text":
      return written;
    case "texts":
      // A command's arguments may contain commas and blanks, so only a bracket marks a JSON list.
      return written.startsWith("[")
        ? parsed(written)
        : written.split(",").map((part) => part.trim());
    case "template":
      return parsed(written);
  }
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written) as unknown;
  } catch {
    return written;
  }
}
