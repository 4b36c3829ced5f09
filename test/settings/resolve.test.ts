import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { environmentLayer } from "../../server/settings/environment.ts";
import { describeIssues } from "../../server/settings/issue.ts";
import { resolveSettings, withLayer, type SettingsLayer } from "../../server/settings/resolve.ts";
import { defaultSettings } from "../../server/settings/schema.ts";

const editor = (content: unknown): SettingsLayer => ({ name: "initializationOptions", content });

describe("forms of one setting", () => {
  const forms: readonly [string, unknown][] = [
    ["flat, bare", { "provider.name": "mistral" }],
    ["nested, bare", { provider: { name: "mistral" } }],
    ["flat, under fim", { fim: { "provider.name": "mistral" } }],
    ["nested, under fim", { fim: { provider: { name: "mistral" } } }],
    ["flat with the section in the name", { "fim.provider.name": "mistral" }],
    ["nested below a dotted section", { "fim.provider": { name: "mistral" } }],
    [
      "beside another server's section",
      { python: { x: 1 }, fim: { provider: { name: "mistral" } } },
    ],
  ];
  test.each(forms)("%s", async (_, content) => {
    const { settings, issues } = await resolveSettings([editor(content)]);
    expect(issues).toEqual([]);
    expect(settings).toEqual({ ...defaultSettings, "provider.name": "mistral" });
  });
});

describe("a former name", () => {
  test.each([
    ["flat", { "workspaceModel.minConfidence": 0.4 }],
    ["nested", { fim: { workspaceModel: { minConfidence: 0.4 } } }],
  ])("is understood, %s, and the new one is named", async (_, content) => {
    const { settings, issues } = await resolveSettings([editor(content)]);
    expect(settings["suggestions.minConfidence"]).toBe(0.4);
    expect(issues.map(({ path }) => path)).toEqual(["workspaceModel.minConfidence"]);
    expect(describeIssues(issues)).toMatch(/new names.*suggestions\.minConfidence/);
  });

  test("is understood in the environment", async () => {
    const layer = environmentLayer({ FIM_WORKSPACE_MODEL_MIN_CONFIDENCE: "0.4" });
    const { settings } = await resolveSettings([layer]);
    expect(settings["suggestions.minConfidence"]).toBe(0.4);
  });

  test("gives way to the new one in the same layer", async () => {
    const both = { "suggestions.minConfidence": 0.2, "workspaceModel.minConfidence": 0.4 };
    const { settings } = await resolveSettings([editor(both)]);
    expect(settings["suggestions.minConfidence"]).toBe(0.2);
  });
});

describe("layers", () => {
  test("a later layer wins key by key, and each value remembers its layer", async () => {
    const { settings, origins } = await resolveSettings([
      { name: "didChangeConfiguration", content: { "trigger.debounceMs": 5 } },
      { name: "environment", content: { "trigger.debounceMs": 1, "provider.model": "a" } },
      { name: "configuration file", content: { "trigger.debounceMs": 2, "provider.stop": ["b"] } },
      { name: "initializationOptions", content: { "trigger.debounceMs": 3 } },
      { name: "workspace/configuration", content: { "trigger.debounceMs": 4 } },
    ]);
    expect(settings["trigger.debounceMs"]).toBe(5);
    expect(settings["provider.model"]).toBe("a");
    expect(settings["provider.stop"]).toEqual(["b"]);
    expect(origins["trigger.debounceMs"]).toBe("didChangeConfiguration");
    expect(origins["provider.model"]).toBe("environment");
    expect(origins["provider.stop"]).toBe("configuration file");
    expect(origins["provider.topP"]).toBe("default");
  });

  test.each([
    ["null", null],
    ["an empty object", {}],
    ["null under fim", { fim: null }],
    ["an empty object under fim", { fim: {} }],
    ["a null setting", { "provider.model": null }],
    ["a null area", { fim: { provider: null } }],
    ["an unknown key", { "provider.colour": "green" }],
    ["a value of the wrong type", { "provider.model": 3 }],
  ])("%s wipes nothing", async (_, content) => {
    const file: SettingsLayer = {
      name: "configuration file",
      content: { "provider.model": "kept" },
    };
    const { settings } = await resolveSettings([file, editor(content)]);
    expect(settings["provider.model"]).toBe("kept");
  });

  test("a push that says nothing keeps the earlier push; one that says something replaces it", () => {
    const push = (content: unknown): SettingsLayer => ({ name: "didChangeConfiguration", content });
    const first = withLayer([], push({ "provider.model": "a" }));
    expect(withLayer(first, push(null))).toBe(first);
    expect(withLayer(first, push({ fim: {} }))).toBe(first);
    expect(withLayer(first, push({ "provider.stop": ["x"] }))).toEqual([
      push({ "provider.stop": ["x"] }),
    ]);
  });

  test("patterns of files.exclude add to the built-in ones", async () => {
    const { settings } = await resolveSettings([
      editor({ "files.exclude": ["private/", "!.env"] }),
    ]);
    expect(settings["files.exclude"]).toEqual([
      ...defaultSettings["files.exclude"],
      "private/",
      "!.env",
    ]);
  });
});

describe("issues", () => {
  test.each([
    ["provider.name", "mistrl", "one of auto, mistral", '"mistrl"'],
    ["trigger.debounceMs", 1.5, "a whole number from 0 to 5000", "1.5"],
    ["trigger.debounceMs", -1, "a whole number from 0 to 5000", "-1"],
    ["prompt.prefixShare", "half", "a number from 0.05 to 0.95", '"half"'],
    ["completion.enabled", "yes", "true or false", '"yes"'],
    ["provider.stop", "x", "a list of at most 16 texts", '"x"'],
    ["provider.stop", [1], "a list of at most 16 texts", "a list of 1"],
    ["provider.endpoint", "ftp://a.b", "a URL that starts with https://", '"ftp://a.b"'],
    ["provider.caFile", "ca.pem", "an absolute path", '"ca.pem"'],
    ["template.custom", { text: "{prefix}" }, 'an object with "text"', "a value of type object"],
  ])("%s: %j is reported and the rest applies", async (key, value, expected, received) => {
    const content = { [key]: value, "provider.model": "applied" };
    const { settings, issues } = await resolveSettings([editor(content)]);
    expect(issues).toHaveLength(1);
    expect(issues[0]?.path).toContain(key);
    expect(issues[0]?.expected).toContain(expected);
    expect(issues[0]?.received).toBe(received);
    expect(settings["provider.model"]).toBe("applied");
  });

  test.each([
    ["trigger.debouncMs", "trigger.debounceMs"],
    ["provider.Name", "provider.name"],
    ["prompt.maxOutputTokens", "provider.maxOutputTokens"],
    ["clientprofile", "clientProfile"],
  ])("%s is answered with %s", async (path, nearest) => {
    const { issues } = await resolveSettings([editor({ [path]: 1 })]);
    expect(issues[0]?.expected).toBe(`the name of a setting, such as ${nearest}`);
  });

  test("a key written into the settings is refused and not shown", async () => {
    const { issues } = await resolveSettings([
      editor({ provider: { apiKey: "canary-1" } }),
      { name: "configuration file", content: { "provider.apiKeyEnv": "canary 2" } },
      { name: "environment", content: { "provider.endpoint": "https://u:canary-3@example.org" } },
    ]);
    expect(issues).toHaveLength(3);
    expect(describeIssues(issues)).toContain("provider.apiKeyCommand");
    expect(describeIssues(issues)).not.toContain("canary");
  });

  test.each(["provider.apiKeyFile", "provider.caFile"] as const)(
    "%s may start at the user's home",
    async (key) => {
      const { settings, issues } = await resolveSettings([editor({ [key]: "~/a/b.pem" })]);
      expect(issues).toEqual([]);
      expect(settings[key]).toBe(join(homedir(), "a", "b.pem"));
    },
  );

  test("a file that is no object is named once", async () => {
    const layer = { name: "configuration file", content: [1], source: "/c.json" } as const;
    const { issues } = await resolveSettings([layer]);
    expect(describeIssues(issues)).toBe(
      "A setting was ignored. /c.json: expected an object of settings, found a list of 1",
    );
  });

  test.each([["text"], [[1]], [true], [7]])("a layer that is %j is one issue", async (content) => {
    const { settings, issues } = await resolveSettings([editor(content)]);
    expect(settings).toEqual(defaultSettings);
    expect(issues.map(({ path }) => path)).toEqual(["initializationOptions"]);
  });

  test("one message names at most eight of many issues", async () => {
    const content = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`provider.x${i}`, i]));
    const { issues } = await resolveSettings([editor(content)]);
    expect(describeIssues(issues)).toContain("provider.x7");
    expect(describeIssues(issues)).toContain("and 12 more");
    expect(describeIssues(issues)).not.toContain("provider.x8");
  });

  test("names that live on every object are no settings", async () => {
    const content = JSON.parse(
      '{"__proto__": {"x": 1}, "constructor": 1, "toString": 2}',
    ) as unknown;
    const { settings, issues } = await resolveSettings([editor(content)]);
    expect(settings).toEqual(defaultSettings);
    expect(issues.map(({ path }) => path)).toEqual(["__proto__.x", "constructor", "toString"]);
  });
});

describe("a layer from the workspace", () => {
  test.each([
    ["provider.name", "mistral"],
    ["provider.endpoint", "https://evil.example"],
    ["provider.apiKeyEnv", "HOME"],
    ["provider.apiKeyCommand", ["sh", "-c", "true"]],
    ["provider.apiKeyFile", "/etc/hostname"],
    ["provider.allowInsecure", true],
    ["provider.proxy", "http://evil.example"],
    ["provider.caFile", "/tmp/ca.pem"],
    ["files.exclude", ["!*"]],
    ["files.respectIgnoreFiles", false],
    ["prompt.maskSecrets", false],
  ])("cannot set %s", async (key, value) => {
    const content = { [key]: value, "trigger.debounceMs": 9 };
    const { settings, issues } = await resolveSettings([
      { name: "configuration file", content, isFromWorkspace: true },
    ]);
    expect(settings).toEqual({ ...defaultSettings, "trigger.debounceMs": 9 });
    expect(issues.map(({ path }) => path)).toEqual([key]);
  });
});
