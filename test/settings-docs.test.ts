/** What the documentation says of the settings is what the table says. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { environmentVariableOf } from "../server/settings/environment.ts";
import { settingsJsonSchema } from "../server/settings/json-schema.ts";
import { isSettingKey, settingKeys } from "../server/settings/schema.ts";
import { settingsTable } from "./support/settings-table.ts";
import { projectRoot } from "./support/source-files.ts";

const tables = { settings: settingsTable };

test.each([["docs/settings.md", "settings"]] as const)(
  "%s has the generated table of %s (UPDATE_GOLDEN=1 rewrites it)",
  (document, name) => {
    const file = join(projectRoot, document);
    const marked = new RegExp(
      `(<!-- ${name}: generated -->\\n)[\\s\\S]*?(\\n<!-- ${name}: end -->)`,
    );
    const generated = readFileSync(file, "utf8").replace(
      marked,
      (_, start: string, end: string) => `${start}\n${tables[name]()}\n${end}`,
    );
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, generated);
    expect(generated).toMatch(marked);
    expect(readFileSync(file, "utf8")).toBe(generated);
  },
);

test.each([
  "README.md",
  "SECURITY.md",
  "CONTRIBUTING.md",
  "server/ARCHITECTURE.md",
  ...readdirSync(join(projectRoot, "docs")).map((name) => `docs/${name}`),
])("every setting that %s names exists", (file) => {
  const text = readFileSync(join(projectRoot, file), "utf8");
  const areas = [...new Set(settingKeys.map((key) => key.split(".")[0]))].join("|");
  const named = [...text.matchAll(new RegExp(`\`((?:${areas})\\.[A-Za-z.]+)\``, "g"))]
    .map((match) => match[1] ?? "")
    // A file of that name is no setting.
    .filter((name) => !/\.(?:ts|json|md)$/.test(name));
  expect(named.filter((name) => !isSettingKey(name))).toEqual([]);
  const variables = [...text.matchAll(/\bFIM_[A-Z_]+[A-Z]\b/g)].map((match) => match[0]);
  const known = settingKeys.map(environmentVariableOf);
  expect(variables.filter((name) => !known.includes(name))).toEqual([]);
});

interface SchemaNode {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

test("the JSON Schema holds every setting flat and nested, bare and under `fim`, with its default and description", () => {
  const schema = settingsJsonSchema() as SchemaNode;
  const at = (...names: string[]): SchemaNode | undefined =>
    names.reduce<SchemaNode | undefined>((node, name) => {
      const property = node?.properties?.[name];
      const [, referred] = /^#\/properties\/(.+)$/.exec(property?.$ref ?? "") ?? [];
      return referred === undefined ? property : schema.properties?.[referred];
    }, schema);
  const flat = settingKeys.map((key) => at(key));
  for (const start of [[], ["fim"]]) {
    expect(settingKeys.map((key) => at(...start, key))).toEqual(flat);
    expect(settingKeys.map((key) => at(...start, ...key.split(".")))).toEqual(flat);
  }
  expect(settingKeys.map((key) => at(`fim.${key}`))).toEqual(flat);
  expect(flat.filter((property) => property?.description?.endsWith(".") !== true)).toEqual([]);
});

test("the package's JSON Schema is the table's", () => {
  const built = readFileSync(join(projectRoot, "dist/settings.schema.json"), "utf8");
  expect(JSON.parse(built)).toEqual(settingsJsonSchema());
});
