/** The documented table of settings, generated from the one table in `settings/schema.ts`. */
import type { SettingDefinition, SettingType } from "../../server/settings/definition.ts";
import { definitionOf, settingKeys } from "../../server/settings/schema.ts";

/** Markdown, one row for each setting, in the table's order. */
export function settingsTable(): string {
  const rows = settingKeys.map((key) => {
    const definition = definitionOf(key);
    const cells = [`\`${key}\``, typeName(definition.type), defaultText(definition)];
    return `| ${[...cells, escapeCell(definition.description)].join(" | ")} |`;
  });
  return ["| setting | type | default | what it does |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function typeName(type: SettingType): string {
  switch (type.kind) {
    case "boolean":
      return "boolean";
    case "number":
      return `${type.isInteger ? "integer" : "number"}, ${type.minimum} to ${type.maximum}`;
    case "choice":
      return type.choices.map((choice) => `\`${choice}\``).join(", ");
    case "text":
      return {
        name: "text",
        url: "URL",
        proxyUrl: "URL",
        path: "path",
        environmentVariable: "name",
      }[type.form];
    case "texts":
      return "list";
    case "template":
      return "object";
  }
}

function defaultText({ default: value }: SettingDefinition): string {
  if (value === undefined) return "";
  // The built-in patterns are in the JSON Schema; here they would hide the other rows.
  if (Array.isArray(value) && value.length > 3) return `${value.length} patterns`;
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
