/** The configurations of `client-configs/`: they parse, and what they set exists and is valid. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { isSettingKey } from "../server/settings/schema.ts";
import { resolveSettings } from "../server/settings/resolve.ts";
import { editorsTable } from "./support/editors-table.ts";
import { settingsInSample } from "./support/sample-settings.ts";
import { projectRoot } from "./support/source-files.ts";
import { vscodeSettings } from "./support/vscode-settings.ts";

const folder = join(projectRoot, "client-configs");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => /\.\w[\w-]*$/.test(name) && !name.includes("node_modules"))
  .toSorted();
const samples = files.filter((name) => !/\.(?:md|rs|js|png)$/.test(name));
const read = (name: string) => readFileSync(join(folder, name), "utf8");

/** They say how to start the server, and leave its settings alone. */
const withoutSettings = [
  "neovim/lsp/fim_language_server.lua",
  "neovim/next-edit.lua",
  "sublime/Default.sublime-commands",
  "jetbrains/clientSettings.json",
  "jetbrains/template.json",
  "vscode/package.json",
  "neovim/minuet.lua",
  "vim/llama.vim",
  "zed/Cargo.toml",
  "zed/edit-prediction.json",
  "zed/extension.toml",
];

describe("a configuration", () => {
  it.each(samples.filter((name) => !withoutSettings.includes(name)))(
    "%s sets what exists, to what is allowed",
    async (name) => {
      const groups = settingsIn(name);
      expect(groups).not.toEqual([]);
      for (const content of groups) {
        const { issues } = await resolveSettings([{ name: "initializationOptions", content }]);
        expect(issues).toEqual([]);
      }
    },
  );

  it.each(samples.filter((name) => /\.(?:json|toml|sublime-\w+)$/.test(name)))(
    "%s parses in its own format",
    (name) => {
      expect(parsed(name)).toBeTypeOf("object");
    },
  );

  it.each(files.filter((name) => name.endsWith("README.md")))(
    "%s names files and settings that exist",
    (name) => {
      const text = read(name);
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, path = ""]) => path);
      const here = name.replace("README.md", "");
      const missing = links.filter((path) => !isThere(join(folder, here, path)));
      expect(missing).toEqual([]);
      const named = [...text.matchAll(/`(?:fim\.)?([a-z]\w+\.[a-z]\w+)`/g)].map(
        ([, key = ""]) => key,
      );
      const areas =
        /^(?:provider|prompt|trigger|completion|inlineCompletion|files|log|languages)\./;
      expect(named.filter((key) => areas.test(key) && !isSettingKey(key))).toEqual([]);
    },
  );
});

it("the table of editors is what the drivers are held to (UPDATE_GOLDEN=1 rewrites it)", () => {
  const marked = /(<!-- editors: generated -->\n)[^]*?(<!-- editors: end -->)/;
  const generated = read("README.md").replace(
    marked,
    (_, start: string, end: string) => `${start}\n${editorsTable()}\n\n${end}`,
  );
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(join(folder, "README.md"), generated);
  expect(generated).toMatch(marked);
  expect(read("README.md")).toBe(generated);
});

describe("the VS Code extension", () => {
  it("offers every setting (UPDATE_GOLDEN=1 rewrites its package.json)", () => {
    const path = join(folder, "vscode/package.json");
    const description = JSON.parse(readFileSync(path, "utf8")) as {
      contributes: { configuration: { properties: unknown } };
    };
    if (process.env["UPDATE_GOLDEN"] === "1") {
      description.contributes.configuration.properties = vscodeSettings();
      writeFileSync(path, `${JSON.stringify(description, undefined, 2)}\n`);
    }
    expect(description.contributes.configuration.properties).toEqual(vscodeSettings());
  });
});

function settingsIn(name: string): readonly unknown[] {
  if (name === "helix/languages.toml") {
    const { "language-server": servers } = parsed(name) as {
      "language-server": { fim: { config: unknown } };
    };
    return [servers.fim.config];
  }
  if (name === "kakoune/fim.kak") {
    const toml = /lsp_servers %\{\n([^]*?)\n {4}\}/.exec(read(name))?.[1] ?? "";
    const { "fim-language-server": server } = parseToml(toml) as {
      "fim-language-server": { settings: unknown };
    };
    return [server.settings];
  }
  return settingsInSample(withoutComments(name));
}

function parsed(name: string): unknown {
  if (name.endsWith(".toml")) return parseToml(read(name));
  return JSON.parse(withoutComments(name)) as unknown;
}

/** Without the lines that are comments: in Sublime Text's files JSON may have some, too. */
function withoutComments(name: string): string {
  const mark = name.endsWith(".vim") ? /^\s*["#].*$/gm : /^\s*(?:\/\/|;;|--|#).*$/gm;
  return read(name).replaceAll(mark, "");
}

function isThere(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EISDIR";
  }
}
