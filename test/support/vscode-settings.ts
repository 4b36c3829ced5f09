/** The VS Code extension's settings, generated from the one table in `settings/schema.ts`. */
import type { SettingDefinition, SettingType } from "../../server/settings/definition.ts";
import { definitionOf, settingKeys, type SettingKey } from "../../server/settings/schema.ts";

/** Where the extension has a default of its own: ghost text, and not the menu as well. */
const ownDefaults: Partial<Record<SettingKey, unknown>> = { "completion.enabled": false };

/** The extension's `contributes.configuration.properties`. */
export function vscodeSettings(): Record<string, unknown> {
  const command = {
    type: "string",
    default: "",
    scope: "machine",
    description: "Another server than the one in the extension: a name on the path, or a path.",
  };
  const settings = settingKeys.map((key) => [`fim.${key}`, settingOf(key, definitionOf(key))]);
  return { "fimLanguageServer.command": command, ...Object.fromEntries(settings) };
}

function settingOf(key: SettingKey, definition: SettingDefinition): Record<string, unknown> {
  const { default: value, description, scope } = definition;
  return {
    ...typeOf(definition.type, value === undefined),
    default: ownDefaults[key] ?? value ?? null,
    // VS Code takes no "machine" setting from a workspace
    scope: scope === "user" ? "machine" : "window",
    markdownDescription: description,
  };
}

function typeOf(type: SettingType, mayBeUnset: boolean): Record<string, unknown> {
  const orUnset = (name: string) => ({ type: mayBeUnset ? [name, "null"] : name });
  switch (type.kind) {
    case "boolean":
      return orUnset("boolean");
    case "number": {
      const { isInteger, minimum, maximum } = type;
      return { ...orUnset(isInteger ? "integer" : "number"), minimum, maximum };
    }
    case "choice":
      return { ...orUnset("string"), enum: [...type.choices] };
    case "text":
      return orUnset("string");
    case "texts":
      return { ...orUnset("array"), items: { type: "string" } };
    case "template":
      return orUnset("object");
  }
}
