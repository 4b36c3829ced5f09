import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { runInProcess, type CommandRun } from "../support/command-line.ts";
import { json, middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";

let folder: string;
let server: FimServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-complete-"));
  // The top of a project, so that nothing above it is looked at.
  await mkdir(join(folder, ".git"));
  server = await startFimServer();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const canaryKey = "canary-key-1234";

/** In the project's folder, with a key for the loopback server. */
function withProvider(...argv: string[]): Promise<CommandRun> {
  return runInProcess(argv, {
    workingDirectory: folder,
    environment: { FIM_PROVIDER_ENDPOINT: server.endpoint, MISTRAL_API_KEY: canaryKey },
  });
}

function withoutKey(...argv: string[]): Promise<CommandRun> {
  return runInProcess(argv, { workingDirectory: folder });
}

describe("complete with a provider", () => {
  test("prints the suggestion for the place, with emoji counted as one character", async () => {
    await writeFile(join(folder, "a.ts"), 'const a = "😀";\nconst b = "😀".;\n');
    server.answer = middle("length");
    const { status, stdout, stderr } = await withProvider("complete", "a.ts:2:15");
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "length\n", stderr: "" });
    const sent = server.requests[0]?.json;
    expect(String(sent?.["prompt"]).endsWith('const b = "😀".')).toBe(true);
    expect(sent?.["suffix"]).toBe(";\n");
  });

  test("--json tells the same and more", async () => {
    await writeFile(join(folder, "a.ts"), "f();\n");
    server.answer = middle("x)");
    const { stdout } = await withProvider("complete", "--json", "a.ts:1:3");
    expect(JSON.parse(stdout)).toMatchObject({
      insertText: expect.stringMatching(/^x\)?$/) as unknown,
      origin: "network",
      provider: "mistral",
      model: "codestral-latest",
    });
  });

  test.each([
    [middle(""), "the answer was empty"],
    [json(401, { detail: "Unauthorized" }), "401"],
  ])("nothing to suggest: exit 1 and the reason", async (answer, reason) => {
    await writeFile(join(folder, "a.ts"), "let a = \n");
    server.answer = answer;
    const { status, stdout, stderr } = await withProvider("complete", "a.ts:1:9");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain(canaryKey);
  });

  test("a configuration file in the project cannot say where text goes", async () => {
    await writeFile(join(folder, "a.ts"), "let a = \n");
    const settings = { "provider.endpoint": server.endpoint, "provider.model": "own" };
    await writeFile(join(folder, "fim.json"), JSON.stringify(settings));
    const { stderr } = await withoutKey(
      "complete",
      "--config",
      join(folder, "fim.json"),
      "a.ts:1:9",
    );
    expect(stderr).toContain("provider.endpoint");
    expect(server.requests).toEqual([]);
  });
});

describe("complete without a key", () => {
  test("the workspace model answers from the files around", async () => {
    await writeFile(join(folder, "one.py"), "ratio = first / second\n".repeat(3));
    await writeFile(join(folder, "two.py"), "ratio = \n");
    const { status, stdout } = await runInProcess(["complete", "two.py:1:9"], {
      workingDirectory: folder,
      environment: { FIM_WORKSPACE_MODEL_MIN_CONFIDENCE: "0" },
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "first / second\n" });
  });

  test("an excluded file says so", async () => {
    await writeFile(join(folder, ".env"), "A=1\nB=\n");
    const { status, stderr } = await withoutKey("complete", ".env:2:3");
    expect(status).toBe(1);
    expect(stderr).toContain("files.exclude");
  });
});

describe("complete --explain", () => {
  test("shows what was sent, what came back, what each step did, and what is offered", async () => {
    await writeFile(join(folder, "a.ts"), "const total = add(first, );\nconst next = 1;\n");
    server.answer = middle("second);\nconst next = 1;\nmore();\n", {
      usage: { prompt_tokens: 21, completion_tokens: 9 },
    });
    const { status, stdout } = await withProvider("complete", "--explain", "a.ts:1:26");
    expect(status).toBe(0);
    for (const part of [
      /^provider +mistral, model codestral-latest, at http:\/\/127\.0\.0\.1:\d+\/v1/m,
      /^mode +one line/m,
      /^windows +bytes 0 to 25, 25 to 44/m,
      /^ +│const total = add\(first, $/m,
      /^ +│second\);/m,
      /^ +│const total = add\(first, ⟦second(?:\);)?⟧(?:\);)?$/m,
    ]) {
      expect(stdout).toMatch(part);
    }
    expect(stdout).not.toContain(canaryKey);
  });

  test("writes out what would steer the terminal", async () => {
    await writeFile(join(folder, "a.ts"), "let a = \u001B[2J\n");
    server.answer = middle("\u001B]0;x\u0007");
    const { stdout } = await withProvider("complete", "--explain", "a.ts:1:9");
    expect(stdout).toContain("\\u001b");
    expect(stdout).not.toContain("\u001B");
    expect(stdout).not.toContain("\u0007");
  });

  test("without a provider it sends nothing and says what the workspace model thinks", async () => {
    await writeFile(join(folder, "a.py"), "ratio = first / second\nother = 1\nratio = \n");
    const { stdout } = await withoutKey("complete", "--explain", "a.py:3:9");
    expect(stdout).toMatch(/^provider +none: the workspace model answers/m);
    expect(stdout).toMatch(/⟦first|^withheld +"first.*probability 0\.\d\d of 0\.7/m);
  });

  test("shows the prompt that is not sent as it would be, without what looks like a secret", async () => {
    await writeFile(join(folder, "a.py"), 'password = "kV9x-2Lq7-mTzR"\nratio = \n');
    const { stdout } = await withoutKey("complete", "--explain", "a.py:2:9");
    const [, prompt = ""] = stdout.split("Prompt, as a provider would get it");
    expect(prompt).toContain(`password = "${"*".repeat(14)}"`);
    expect(prompt).not.toContain("kV9x");
  });

  test("an excluded file is not shown as a prompt", async () => {
    const secret = join(folder, ".env");
    await writeFile(secret, "PASSWORD=hunter2\nB=\n");
    const { status, stdout } = await withProvider("complete", "--explain", ".env:2:3");
    expect(status).toBe(1);
    expect(stdout).toContain("files.exclude");
    expect(stdout).not.toContain(await readFile(secret, "utf8"));
    expect(stdout).not.toContain("hunter2");
    expect(server.requests).toEqual([]);
  });
});
