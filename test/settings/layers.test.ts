import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { configFileLayer, configFilePlaces } from "../../server/settings/config-file.ts";
import { environmentLayer, environmentVariableOf } from "../../server/settings/environment.ts";
import { resolveSettings } from "../../server/settings/resolve.ts";
import { defaultSettings, settingKeys } from "../../server/settings/schema.ts";

describe("environment", () => {
  test("the variable of a setting", () => {
    expect(environmentVariableOf("provider.maxOutputTokens")).toBe(
      "FIM_PROVIDER_MAX_OUTPUT_TOKENS",
    );
    expect(environmentVariableOf("clientProfile")).toBe("FIM_CLIENT_PROFILE");
    expect(new Set(settingKeys.map(environmentVariableOf)).size).toBe(settingKeys.length);
  });

  test("text becomes values of the setting's type", async () => {
    const layer = environmentLayer({
      FIM_PROVIDER_STREAM: "off",
      FIM_TRIGGER_DEBOUNCE_MS: " 120 ",
      FIM_PROVIDER_TEMPERATURE: "0.5",
      FIM_LANGUAGES_DISABLED: "markdown, plaintext",
      FIM_PROVIDER_API_KEY_COMMAND: '["pass", "show", "a,b"]',
      FIM_TEMPLATE_CUSTOM: '{"text": "{prefix}|{suffix}"}',
      FIM_PROVIDER_MODEL: "",
      FIM_OTHER_PROGRAM: "1",
    });
    const { settings, issues } = await resolveSettings([layer]);
    expect(issues).toEqual([]);
    expect(settings).toEqual({
      ...defaultSettings,
      "provider.stream": false,
      "trigger.debounceMs": 120,
      "provider.temperature": 0.5,
      "languages.disabled": ["markdown", "plaintext"],
      "provider.apiKeyCommand": ["pass", "show", "a,b"],
      "template.custom": { text: "{prefix}|{suffix}", sentinels: [], stops: [] },
    });
  });

  test("what is not of the type is reported", async () => {
    const layer = environmentLayer({
      FIM_PROVIDER_STREAM: "maybe",
      FIM_TRIGGER_DEBOUNCE_MS: "soon",
      FIM_TEMPLATE_CUSTOM: "{",
    });
    const { settings, issues } = await resolveSettings([layer]);
    expect(settings).toEqual(defaultSettings);
    expect(issues.map(({ path }) => path)).toEqual([
      "provider.stream",
      "template.custom",
      "trigger.debounceMs",
    ]);
  });
});

describe("configuration file", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "fim-config-"));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const write = async (path: string, text: string): Promise<string> => {
    const file = join(home, path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  const read = (options: { file?: string; workspaceFolders?: string[] } = {}) =>
    configFileLayer({
      environment: {},
      homeDirectory: home,
      platform: "linux",
      workspaceFolders: [],
      ...options,
    });

  test("the places on each system", () => {
    const places = (platform: NodeJS.Platform, environment = {}): string[] =>
      configFilePlaces({ platform, environment, homeDirectory: "/h" }).map((path) =>
        path.replaceAll("\\", "/"),
      );
    const file = "fim-language-server/config.json";
    expect(places("linux")).toEqual([`/h/.config/${file}`]);
    expect(places("linux", { XDG_CONFIG_HOME: "/x" })[0]).toBe(`/x/${file}`);
    expect(places("linux", { XDG_CONFIG_HOME: "x" })).toEqual([`/h/.config/${file}`]);
    expect(places("darwin")).toEqual([
      `/h/Library/Application Support/${file}`,
      `/h/.config/${file}`,
    ]);
    expect(places("win32", { APPDATA: "/a" })).toEqual([`/a/${file}`]);
  });

  test("the default file is read, a byte order mark tolerated", async () => {
    await write(".config/fim-language-server/config.json", '\uFEFF{"provider": {"model": "m"}}');
    const { settings, issues } = await resolveSettings([await read()]);
    expect(issues).toEqual([]);
    expect(settings["provider.model"]).toBe("m");
  });

  test("no file at all says nothing; a missing --config file is reported", async () => {
    expect((await resolveSettings([await read()])).issues).toEqual([]);
    const file = join(home, "none.json");
    const { issues } = await resolveSettings([await read({ file })]);
    expect(issues).toMatchObject([{ path: file, received: "no such file" }]);
  });

  test.each([
    ["broken JSON", '{"provider.model": "canary'],
    ["a list", "[1]"],
    ["a folder", undefined],
  ])("%s is one issue that quotes nothing", async (_, text) => {
    const file =
      text === undefined ? join(await write("d/x", ""), "..") : await write("c.json", text);
    const { settings, issues } = await resolveSettings([await read({ file })]);
    expect(settings).toEqual(defaultSettings);
    expect(issues).toHaveLength(1);
    expect(JSON.stringify(issues)).not.toContain("canary");
  });

  test.skipIf(process.platform === "win32")(
    "a file inside the workspace, also through a link, sets no endpoint",
    async () => {
      const text =
        '{"provider.endpoint": "https://evil.example", "provider.model": "m", "provider.topP": 0.5}';
      const file = await write("work/project/fim.json", text);
      const link = join(home, "link.json");
      await symlink(file, link);
      const workspaceFolders = [join(home, "work/project")];
      for (const path of [file, link]) {
        const { settings, issues } = await resolveSettings([
          await read({ file: path, workspaceFolders }),
        ]);
        expect(settings["provider.endpoint"]).toBeUndefined();
        expect(settings["provider.model"]).toBe("codestral-latest");
        expect(settings["provider.topP"]).toBe(0.5);
        expect(issues.map((issue) => issue.path)).toEqual(["provider.endpoint", "provider.model"]);
      }
    },
  );

  test("opening the home directory leaves the default file its rights", async () => {
    const text = '{"provider.endpoint": "https://own.example"}';
    await write(".config/fim-language-server/config.json", text);
    const { settings } = await resolveSettings([await read({ workspaceFolders: [home] })]);
    expect(settings["provider.endpoint"]).toBe("https://own.example");
  });

  test("a default place that lies in the workspace does not", async () => {
    const text = '{"provider.endpoint": "https://evil.example"}';
    await write("repo/fim-language-server/config.json", text);
    const layer = await configFileLayer({
      environment: { XDG_CONFIG_HOME: join(home, "repo") },
      homeDirectory: join(home, "elsewhere"),
      platform: "linux",
      workspaceFolders: [join(home, "repo")],
    });
    const { settings } = await resolveSettings([layer]);
    expect(settings["provider.endpoint"]).toBeUndefined();
  });
});
