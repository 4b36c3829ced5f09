/** The files for registries say what the package says. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";

import { projectRoot } from "./support/source-files.ts";

const read = (name: string) => readFileSync(join(projectRoot, name), "utf8");
const { name, version, bin, license } = JSON.parse(read("package.json")) as {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly license: string;
};
const [command = ""] = Object.keys(bin);

test("Mason's file names the package, its version and its command", () => {
  const lines = read("packaging/mason.yaml")
    .split("\n")
    .map((line) => line.trim());
  for (const line of [
    `name: ${name}`,
    `id: pkg:npm/${name}@${version}`,
    `${command}: npm:${command}`,
    `- ${license}`,
  ]) {
    expect(lines).toContain(line);
  }
  const [, config = ""] = /lspconfig: (\w+)/.exec(read("packaging/mason.yaml")) ?? [];
  expect(existsSync(join(projectRoot, `client-configs/neovim/lsp/${config}.lua`))).toBe(true);
});

test("the Nix file names the package, its version and its command", () => {
  const text = read("packaging/package.nix");
  for (const line of [
    `pname = "${name}";`,
    `version = "${version}";`,
    `mainProgram = "${command}"`,
  ]) {
    expect(text).toContain(line);
  }
});

test("Helix's row starts the server", () => {
  expect(parseToml(read("packaging/helix-languages.toml"))).toEqual({
    "language-server": { [name]: { command, args: ["--stdio"] } },
  });
});

test("the table of registries names every file", () => {
  const table = read("client-configs/README.md");
  const files = readdirSync(join(projectRoot, "packaging"));
  expect(files.filter((file) => !table.includes(`(../packaging/${file})`))).toEqual([]);
});
