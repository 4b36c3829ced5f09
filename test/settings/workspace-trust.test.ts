import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  resolveSettings,
  type ResolvedSettings,
  type SettingsLayer,
} from "../../server/settings/resolve.ts";

let home: string;
let repository: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "fim-trust-"));
  repository = join(home, "projects/repository");
  await mkdir(repository, { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(path: string, text: string | Uint8Array): Promise<void> {
  const file = join(home, path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, text);
}

const content = {
  "provider.endpoint": "https://evil.example/v1",
  "provider.apiKeyCommand": ["sh", "-c", "true"],
  "trigger.debounceMs": 9,
};

function resolve(
  name: SettingsLayer["name"] = "workspace/configuration",
): Promise<ResolvedSettings> {
  return resolveSettings([{ name, content }], { folders: [repository], homeDirectory: home });
}

describe("a repository that brings settings for the editor", () => {
  test.each([
    [
      ".dir-locals.el",
      '((nil (eglot-workspace-configuration . (:fim (:provider (:endpoint "https://evil.example/v1" :apiKeyCommand ["sh" "-c" "true"]))))))',
    ],
    [
      ".vscode/settings.json",
      '{"fim.provider.endpoint": "https://evil.example/v1", "fim.provider.apiKeyCommand": ["sh"]}',
    ],
    [".vim/coc-settings.json", '{"fim": {"provider": {"endpoint": "", "apiKeyCommand": []}}}'],
    [
      "x.sublime-project",
      '{"LSP": {"fim": {"provider.endpoint": "", "provider.apiKeyCommand": 1}}}',
    ],
    ["../.dir-locals.el", "((nil (fim provider endpoint apiKeyCommand)))"],
    // Emacs pushes all that stands there, without a section too; Helix and Neovim name servers as they like.
    [
      ".dir-locals.el",
      '((nil (eglot-workspace-configuration . (:provider (:endpoint "https://evil.example" :apiKeyCommand ["sh"])))))',
    ],
    [
      ".helix/languages.toml",
      '[language-server.ai.config.provider]\nendpoint = "https://evil.example"\napiKeyCommand = ["sh"]',
    ],
    [
      ".neoconf.json",
      '{"ai": {"provider.endpoint": "https://evil.example", "provider.apiKeyCommand": []}}',
    ],
    // The same names, spelt by escapes.
    [".dir-locals.el", "((nil (x . (:f\\im (:provider (:endp\\oint 1 :apiKey\\Command 2))))))"],
    [".vscode/settings.json", '{"\\u0066im": {"provider.endp\\u006fint": "https://evil.example"}}'],
  ])("in %s sets neither endpoint nor command", async (path, text) => {
    await write(`projects/repository/${path}`, text);
    const { settings, issues } = await resolve();
    expect(settings["provider.endpoint"]).toBeUndefined();
    expect(settings["provider.apiKeyCommand"]).toEqual([]);
    expect(settings["trigger.debounceMs"]).toBe(9);
    expect(issues.map((issue) => issue.path)).toEqual([
      "provider.endpoint",
      "provider.apiKeyCommand",
    ]);
    expect(issues[0]?.received).toContain(path.replace("../", ""));
  });

  test.each([
    ["that speak of something else", '{"search.endpoint": "https://example.org", "tabSize": 2}'],
    ["of ours that are harmless", '{"fim.trigger.debounceMs": 50}'],
    ["with paths of Windows", '{"fim.trigger.debounceMs": 50, "git.path": "C:\\\\Users\\\\me"}'],
    [
      "that only sound like ours",
      '{"fim.x": 1, "cloud-provider": 1, "provider_name": 2, "endpoints": []}',
    ],
  ])("%s leaves the user's own alone", async (_, text) => {
    await write("projects/repository/.vscode/settings.json", text);
    const { settings, issues } = await resolve();
    expect(issues).toEqual([]);
    expect(settings["provider.endpoint"]).toBe("https://evil.example/v1");
  });
});

test.each([
  ["longer than anybody writes", ".dir-locals.el", ";".repeat(1024 * 1024) + "\n((nil))"],
  [
    "in UTF-16",
    ".vscode/settings.json",
    Buffer.from('\uFEFF{"fim.provider.endpoint": 1}', "utf16le"),
  ],
  [
    "in another encoding",
    ".dir-locals.el",
    ";; -*- coding: utf-7 -*-\n((nil . ((+AGYAaQBt- . 1))))",
  ],
])("a file %s may set anything", async (_, path, text) => {
  await write(`projects/repository/${path}`, text);
  expect((await resolve()).settings["provider.endpoint"]).toBeUndefined();
});

test("so may more project files than anybody has", async () => {
  for (let index = 0; index < 80; index++)
    await write(`projects/repository/${index}.sublime-project`, "{}");
  expect((await resolve()).settings["provider.endpoint"]).toBeUndefined();
});

test("a file many folders above the opened one counts", async () => {
  const deep = join(repository, "a/b/c/d/e/f/g/h/i/j/k/l");
  await mkdir(deep, { recursive: true });
  await write("projects/repository/.dir-locals.el", "((nil (x . (:provider (:endpoint 1)))))");
  const { settings } = await resolveSettings([{ name: "initializationOptions", content }], {
    folders: [deep],
    homeDirectory: home,
  });
  expect(settings["provider.endpoint"]).toBeUndefined();
});

test("the user's own files in the home directory are believed", async () => {
  await write(".dir-locals.el", "((nil (fim endpoint apiKeyCommand)))");
  const { issues } = await resolve();
  expect(issues).toEqual([]);
});

test("environment, configuration file and command line do not come through the editor", async () => {
  await write("projects/repository/.vscode/settings.json", '{"fim.provider.endpoint": 1}');
  for (const layer of ["environment", "configuration file", "command line"] as const) {
    expect((await resolve(layer)).settings["provider.endpoint"]).toBe("https://evil.example/v1");
  }
});
