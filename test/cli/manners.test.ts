/** Help, mistyped words, colors and shell completions. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { closest } from "../../server/cli/help/closest.ts";
import { wantsColors } from "../../server/cli/colors.ts";
import { commandTable, optionName, serverOptions } from "../../server/cli/help/command-table.ts";
import { parseServerArguments } from "../../server/cli/server-arguments.ts";
import { endpointOptions } from "../../server/cli/serve-arguments.ts";
import { ioOf, runInProcess } from "../support/command-line.ts";

const folder = import.meta.dirname;
const names = commandTable.map(({ name }) => name);

describe("help", () => {
  test.each(commandTable)("$name has its own, with every option", async ({ name, options }) => {
    const { status, stdout } = await runInProcess([name, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: fim-language-server ${name} `));
    expect(options.filter((option) => !stdout.includes(`\n  ${option.usage} `))).toEqual([]);
    expect(await runInProcess(["help", name])).toEqual({ status, stdout, stderr: "" });
  });

  test.each(commandTable.filter(({ name }) => name !== "serve"))(
    "$name takes the options that its help names",
    async (command) => {
      const values: Readonly<Record<string, string>> = { "--port": "1", "--days": "1" };
      for (const option of command.options) {
        const name = optionName(option);
        const given = name === option.usage ? [name] : [name, values[name] ?? "/nonexistent/file"];
        const { stderr } = await runInProcess([command.name, ...given, "--nonsense"]);
        expect(stderr).toContain("'--nonsense'");
      }
    },
  );

  test("serve takes the options that its help names", async () => {
    const serve = commandTable.find(({ name }) => name === "serve");
    const values: Readonly<Record<string, string>> = { "--port": "0", "--root": folder };
    const named = (serve?.options ?? []).map(optionName).filter((name) => name !== "--config");
    const argv = named.flatMap((name) => (name in values ? [name, values[name] ?? ""] : [name]));
    expect(argv).toHaveLength(5);
    expect(await endpointOptions(argv, ioOf({}))).toMatchObject({ port: 0, roots: [folder] });
  });

  test("the server takes the options that the help names", () => {
    const values: Readonly<Record<string, string>> = {
      "--socket": "1",
      "--log-level": "info",
      "--clientProcessId": "1",
    };
    for (const option of serverOptions) {
      const name = optionName(option);
      const given = name === option.usage ? [name] : [name, values[name] ?? "file"];
      expect(parseServerArguments(given, false).kind).not.toBe("invalid");
    }
  });

  test("of a command that does not exist: status 2 and the nearest name", async () => {
    const { status, stderr } = await runInProcess(["help", "docter"]);
    expect([status, stderr.split(";")[0]]).toEqual([
      2,
      'fim-language-server: no command "docter" (did you mean doctor?)',
    ]);
  });
});

describe("a mistyped word", () => {
  test.each([
    ["complet", "complete"],
    ["dcotor", "doctor"],
    ["servr", "serve"],
    ["confg", "config"],
    ["useage", "usage"],
  ])("%s is taken for %s", async (word, name) => {
    const { status, stderr } = await runInProcess([word]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`did you mean ${name}?`)]);
  });

  test.each(["install", "x", "", "lsp", "chat", "login"])("%j is taken for none", (word) => {
    expect(closest(word, names)).toBeUndefined();
  });

  test("an option of the server", () => {
    expect(parseServerArguments(["--stido"], false)).toMatchObject({
      message: expect.stringContaining("did you mean --stdio?") as unknown,
    });
  });

  test("an option of a command", async () => {
    const { status, stderr } = await runInProcess(["config", "--jsno"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("did you mean --json?")]);
  });
});

test.each([
  ["a terminal", { isTTY: true, hasColors: () => true }, {}, true],
  ["a terminal without colors", { isTTY: true, hasColors: () => false }, {}, false],
  ["a pipe", {}, {}, false],
  ["a pipe, forced", {}, { FORCE_COLOR: "1" }, true],
  ["a pipe, forced without a number", {}, { FORCE_COLOR: "" }, true],
  ["a terminal, forced off", { isTTY: true, hasColors: () => true }, { FORCE_COLOR: "0" }, false],
  ["a terminal, NO_COLOR", { isTTY: true, hasColors: () => true }, { NO_COLOR: "1" }, false],
  ["a terminal, NO_COLOR empty", { isTTY: true, hasColors: () => true }, { NO_COLOR: "" }, true],
])("colors on %s: %#", (_, stream, environment: Readonly<Record<string, string>>, expected) => {
  expect(wantsColors(stream, environment)).toBe(expected);
});

describe("completions", () => {
  /** What bash offers for the words, the last of which is being typed. */
  const bashOffers = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await runInProcess(["completions", "bash"]);
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fim_language_server; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const script = `${stdout}\n${ask}`;
    const args = ["--norc", "-c", script, "bash", "fim-language-server", ...words];
    const offered = execFileSync("bash", args, { encoding: "utf8", cwd: folder });
    return offered.split("\n").filter((line) => line !== "");
  };

  test("bash offers the commands, and the options of each", async () => {
    expect(await bashOffers("")).toEqual(expect.arrayContaining(names));
    expect(await bashOffers("do")).toEqual(["doctor"]);
    expect(await bashOffers("config", "--")).toEqual(["--json", "--schema", "--config", "--help"]);
    expect(await bashOffers("completions", "")).toEqual(["bash", "zsh", "fish", "--help"]);
    expect(await bashOffers("--log-level", "in")).toEqual(["info"]);
  });

  test("bash offers files where one is meant, and nowhere else", async () => {
    expect(await bashOffers("complete", "manners")).toEqual(["manners.test.ts"]);
    expect(await bashOffers("config", "--config", "manners")).toEqual(["manners.test.ts"]);
    expect(await bashOffers("config", "manners")).toEqual([]);
  });

  test.each(["zsh", "fish"])("the script for %s has every command and option", async (shell) => {
    const { status, stdout } = await runInProcess(["completions", shell]);
    expect(status).toBe(0);
    const options = commandTable.flatMap((command) => command.options.map(optionName));
    const words = [...names, ...options].map((word) => word.replace("--", ""));
    expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
  });

  const inScript = async (shell: string, use: (file: string, home: string) => void) => {
    const home = await mkdtemp(join(tmpdir(), "fim-shell-"));
    try {
      const { stdout } = await runInProcess(["completions", shell]);
      await writeFile(join(home, "script"), stdout);
      use(join(home, "script"), home);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };

  test.runIf(hasShell("zsh"))("zsh parses its script", async () => {
    await inScript("zsh", (file) => {
      expect(execFileSync("zsh", ["-f", "-n", file], { encoding: "utf8" })).toBe("");
    });
  });

  test.runIf(hasShell("fish"))("fish offers commands, options and shells", async () => {
    await inScript("fish", (file, home) => {
      const offers = (line: string) => {
        const code = `source ${file}; complete -C "fim-language-server ${line}"`;
        const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
        const output = execFileSync("fish", ["-c", code], { encoding: "utf8", env });
        return output.split("\n").map((row) => row.split("\t")[0]);
      };
      expect(offers("do")).toContain("doctor");
      expect(offers("completions ")).toEqual(["bash", "fish", "zsh", ""]);
      expect(offers("config --")).toEqual(["--config", "--json", "--schema", ""]);
    });
  });

  test.each([[[]], [["powershell"]], [["bash", "zsh"]]])("%j: status 2", async (argv) => {
    const { status, stdout } = await runInProcess(["completions", ...argv]);
    expect([status, stdout]).toEqual([2, ""]);
  });
});

function hasShell(name: string): boolean {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
