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

async function write(path: string, text: string): Promise<void> {
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
    ["../.dir-locals.el", "((nil (fim endpoint apiKeyCommand)))"],
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
  ])("%s leaves the user's own alone", async (_, text) => {
    await write("projects/repository/.vscode/settings.json", text);
    const { settings, issues } = await resolve();
    expect(issues).toEqual([]);
    expect(settings["provider.endpoint"]).toBe("https://evil.example/v1");
  });
});

test("the user's own files in the home directory are believed", async () => {
  await write(".dir-locals.el", "((nil (fim endpoint apiKeyCommand)))");
  const { issues } = await resolve();
  expect(issues).toEqual([]);
});

test("environment, configuration file and command line do not come through the editor", async () => {
  await write("projects/repository/.vscode/settings.json", '{"fim.provider.endpoint": 1}');
  for (const layer of ["environment", "config file", "command line"] as const) {
    expect((await resolve(layer)).settings["provider.endpoint"]).toBe("https://evil.example/v1");
  }
});
