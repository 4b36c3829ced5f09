/** A new provider is its file and one line in the table: no other place names one, and none is long. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { settingsTable } from "../../server/settings/schema.ts";
import { projectRoot, sourceFiles } from "../support/source-files.ts";

/** Where each provider of the table has its file, in `server/providers/`. */
const files: Readonly<Record<string, string>> = {
  mistral: "mistral/mistral.ts",
  deepseek: "openai/deepseek.ts",
  "llama-cpp": "llama-cpp/llama-cpp.ts",
  ollama: "ollama/ollama.ts",
  openai: "openai/openai.ts",
};
const names = Object.keys(files);

test("the setting offers every provider of the table", () => {
  const { type } = settingsTable["provider.name"];
  expect(type.kind === "choice" && type.choices.toSorted()).toEqual(
    [...names, "auto", "workspace"].toSorted(),
  );
  const table = readFileSync(join(projectRoot, "server/providers/index.ts"), "utf8");
  for (const file of Object.values(files)) expect(table).toContain(`import("./${file}")`);
});

test("a provider's file has fewer than 120 lines", () => {
  for (const file of Object.values(files)) {
    const source = readFileSync(join(projectRoot, "server/providers", file), "utf8");
    expect(source.split("\n").length).toBeLessThanOrEqual(120);
  }
});

test("no file outside providers/ and settings/ treats a model server specially", () => {
  const special = sourceFiles("server")
    .filter(({ path }) => !/^server\/(?:providers|settings)\//.test(path))
    .filter((file) => names.slice(1).some((name) => file.text.includes(`"${name}"`)))
    .map(({ path }) => path);
  expect(special).toEqual([]);
});
