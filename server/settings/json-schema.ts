/** The table as a JSON Schema (draft 2020-12) of the configuration file, for editors and for `config --schema`. */
import { templateLimits, type SettingDefinition, type SettingType } from "./definition.ts";
import { settingsSection } from "./flatten.ts";
import { definitionOf, settingKeys } from "./schema.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A setting may be written flat or nested under its area, bare or under `fim`. `null` means "not set". */
export function settingsJsonSchema(): JsonSchema {
  const flat: Record<string, JsonSchema> = {};
  const areas: Record<string, Record<string, JsonSchema>> = {};
  for (const key of settingKeys) {
    const schema = schemaOf(definitionOf(key));
    flat[key] = schema;
    const [area = key, name] = key.split(".");
    if (name !== undefined) (areas[area] ??= {})[name] = schema;
  }
  const nested = Object.entries(areas).map(([area, properties]) => [
    area,
    { type: ["object", "null"], properties, additionalProperties: false },
  ]);
  const bare = { ...flat, ...Object.fromEntries(nested) };
  const names = Object.keys(bare);
  const section = {
    type: ["object", "null"],
    properties: refer(names),
    additionalProperties: false,
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of fim-language-server",
    type: "object",
    properties: {
      $schema: { type: "string" },
      ...bare,
      [settingsSection]: section,
      ...refer(names, `${settingsSection}.`),
    },
    additionalProperties: false,
  };
}

/** The same properties, for the names that start with `start`, without that start. */
function refer(names: readonly string[], start = ""): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(names.map((name) => [start + name, { $ref: `#/properties/${name}` }]));
}

function schemaOf(definition: SettingDefinition): JsonSchema {
  const schema = typeSchema(definition.type);
  const { description, default: value } = definition;
  return value === undefined
    ? { ...schema, description }
    : { ...schema, default: value, description };
}

function typeSchema(type: SettingType): JsonSchema {
  switch (type.kind) {
    case "boolean":
      return { type: ["boolean", "null"] };
    case "number": {
      const { isInteger, minimum, maximum } = type;
      return { type: [isInteger ? "integer" : "number", "null"], minimum, maximum };
    }
    case "choice":
      return { enum: [...type.choices, null] };
    case "text":
      return { type: ["string", "null"], minLength: 1 };
    case "texts":
      return { type: ["array", "null"], items: listItem, maxItems: type.maxItems };
    case "template":
      return {
        type: ["object", "null"],
        properties: {
          text: { type: "string", minLength: 1 },
          snippet: { type: "string", minLength: 1 },
          sentinels: { type: "array", items: listItem, maxItems: templateLimits.sentinels },
          stops: { type: "array", items: listItem, maxItems: templateLimits.stops },
        },
        required: ["text"],
        additionalProperties: false,
      };
  }
}

const listItem: JsonSchema = { type: "string", minLength: 1 };
