/** What the documents point at exists: files, scripts, commands. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import { commandTable } from "../server/cli/help/command-table.ts";
import { commandNames } from "../server/lsp/command-names.ts";
import { projectRoot } from "./support/source-files.ts";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "server/ARCHITECTURE.md",
  ...readdirSync(join(projectRoot, "docs")).map((name) => `docs/${name}`),
];

describe.each(documents)("%s", (name) => {
  const text = readFileSync(join(projectRoot, name), "utf8");

  test("links lead somewhere", () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !isFound(dirname(name), target));
    expect(broken).toEqual([]);
  });

  test("the scripts and suites it names exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
      scripts: Readonly<Record<string, string>>;
    };
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
    const suites = readFileSync(join(projectRoot, "test/suites.ts"), "utf8");
    const namedSuites = [...text.matchAll(/npm run test:all -- ([a-z]+)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(namedSuites.filter((suite) => !suites.includes(`  ${suite}: {`))).toEqual([]);
  });

  test("the commands it names exist", () => {
    const commands = commandTable.map(({ name: command }) => command);
    const named = [...text.matchAll(/fim-language-server ([a-z]+(?:-[a-z]+)*)\b(?! is)/g)]
      .map((match) => match[1] ?? "")
      // Prose goes on after the name; a command stands in code.
      .filter((word) => text.includes(`\`fim-language-server ${word}`));
    expect(named.filter((command) => !commands.includes(command))).toEqual([]);
    const server = [...text.matchAll(/`(fim\.[a-z]+[A-Za-z]*)`/g)].map((match) => match[1] ?? "");
    const known: readonly string[] = commandNames;
    expect(server.filter((command) => !known.includes(command))).toEqual([]);
  });
});

/** A file, or a heading of one. */
function isFound(folder: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const file = path === "" ? join(projectRoot, "README.md") : join(projectRoot, folder, path);
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  const headings = readFileSync(file, "utf8").match(/^#+ .+$/gm) ?? [];
  return headings.some((line) => slug(line) === heading);
}

/** As GitHub makes anchors. */
function slug(heading: string): string {
  return heading
    .replace(/^#+ /, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
}
