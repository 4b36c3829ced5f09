/** The built program, started by hand or wrongly. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { version } from "../../server/base/version.ts";
import { builtServer } from "../support/built-server.ts";
import { startServer } from "../support/lsp-client.ts";
import { projectRoot } from "../support/source-files.ts";

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [builtServer, ...argv], {
    encoding: "utf8",
    input: "",
  });
  return { status, stdout, stderr };
}

test("the version is that of the package", () => {
  const { version: packaged } = JSON.parse(
    readFileSync(join(projectRoot, "package.json"), "utf8"),
  ) as { version: string };
  expect(version).toBe(packaged);
  expect(run("--version")).toEqual({ status: 0, stdout: `${packaged}\n`, stderr: "" });
});

test("help goes to stdout and names every option and command", () => {
  const { status, stdout, stderr } = run("--help");
  expect([status, stderr]).toEqual([0, ""]);
  for (const word of [
    "--stdio",
    "--socket",
    "--pipe",
    "--node-ipc",
    "--config",
    "--log-level",
    "complete",
  ]) {
    expect(stdout).toContain(word);
  }
});

test.each([["--nonsense"], ["nonsense"], ["--socket=x"]])(
  "%s: status 2 and one line",
  (argument) => {
    const { status, stdout, stderr } = run(argument);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^fim-language-server: .+\n$/);
  },
);

test("--node-ipc without a channel: status 2 and one line", () => {
  const { status, stderr } = run("--node-ipc");
  expect(status).toBe(2);
  expect(stderr).toMatch(/^fim-language-server: .+\n$/);
});

test("an end of input before initialize ends the server with status 1, and nothing is said", () => {
  expect(run("--stdio")).toEqual({ status: 1, stdout: "", stderr: "" });
});

test("a dependency that prints does not disturb the protocol", async () => {
  const noisy = join(mkdtempSync(join(tmpdir(), "fim-noisy-")), "noisy.cjs");
  writeFileSync(
    noisy,
    `setInterval(() => { console.log("noise"); console.table([1]); console.dir({}); }, 2);`,
  );
  const client = await startServer({
    kind: "spawned",
    environment: { NODE_OPTIONS: `--require ${noisy}` },
  });
  expect(await client.inline(client.open("const a = ‸\n"))).toEqual({ items: [] });
  await client.request("shutdown");
  client.notify("exit");
  expect(await client.server.exited).toBe(0);
  expect(client.server.errorOutput()).toContain("noise");
});
