/** The key command is the user's program: nothing of the workspace runs in its place or gets what it prints. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { systemClock } from "../../server/base/clock.ts";
import { firstLineOf } from "../../server/settings/key-command.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { spawnBuilt } from "../support/server-process.ts";
import { RawClient } from "../fuzz/raw-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const print = (expression: string): readonly string[] => [
  process.execPath,
  "-e",
  `console.log(${expression})`,
];

test("it runs in the user's home", async () => {
  const output = await firstLineOf(print("process.cwd()"), {
    environment: process.env,
    withheld: [],
    clock: systemClock,
  });
  expect(output).toEqual({ kind: "line", line: homedir() });
});

test.skipIf(process.platform === "win32").each(["", ".", "bin", "./bin", "../x"])(
  "a program of the workspace is not found through %j in PATH",
  async (entry) => {
    const folder = temporaryFolder("fim-path-");
    mkdirSync(join(folder, "bin"));
    for (const path of ["fim-key-tool", "bin/fim-key-tool"]) {
      writeFileSync(join(folder, path), "#!/bin/sh\necho stolen > stolen\n", { mode: 0o755 });
    }
    const fim = await startFimServer();
    fim.answer = middle("good;");
    const server = spawnIn(folder, {
      PATH: [entry, "/usr/bin", "/bin"].join(":"),
      FIM_PROVIDER_ENDPOINT: fim.endpoint,
      FIM_PROVIDER_API_KEY_COMMAND: '["fim-key-tool"]',
    });
    const client = new RawClient(server);
    const messages: string[] = [];
    client.onNotification = (method, params) => {
      if (method === "window/logMessage") messages.push((params as { message: string }).message);
    };
    await client.ask("initialize", { processId: null, rootUri: null, capabilities: {} });
    await client.send({ method: "initialized", params: {} });
    await expect.poll(() => messages.join("\n"), { timeout: 10_000 }).toMatch(/was not found/);
    expect(() => readFileSync(join(folder, "stolen"))).toThrow("ENOENT");
    server.kill("SIGKILL");
    await server.exited;
    await fim.close();
  },
);

test("it gets what password managers need, and no other key", async () => {
  const output = await firstLineOf(print("JSON.stringify(process.env)"), {
    environment: {
      ...process.env,
      HOME: homedir(),
      XDG_RUNTIME_DIR: "/run/user/1",
      PASSWORD_STORE_DIR: "/store",
      MISTRAL_API_KEY: "k1",
      OPENAI_API_KEY: "k2",
      FIM_PROVIDER_PROXY: "http://user:k3@proxy",
      NODE_OPTIONS: "--no-warnings",
      PYTHONPATH: ".",
      CHOSEN: "k4",
    },
    withheld: ["CHOSEN"],
    clock: systemClock,
  });
  const env = JSON.parse(output.kind === "line" ? output.line : "{}") as Record<string, string>;
  expect(env).toMatchObject({ XDG_RUNTIME_DIR: "/run/user/1", PASSWORD_STORE_DIR: "/store" });
  expect(env["HOME"]).toBe(homedir());
  for (const name of [
    "MISTRAL_API_KEY",
    "OPENAI_API_KEY",
    "FIM_PROVIDER_PROXY",
    "NODE_OPTIONS",
    "PYTHONPATH",
    "CHOSEN",
  ]) {
    expect(env).not.toHaveProperty(name);
  }
});

test.skipIf(process.platform === "win32")(
  "a program that it leaves behind does not hold the key up",
  async () => {
    const script = `echo the-key; sleep 600 & echo $! > "$0"`;
    const file = join(temporaryFolder("fim-left-"), "pid");
    // Its clock stands still: nothing here waits for a limit of time.
    const output = await firstLineOf(["/bin/sh", "-c", script, file], {
      environment: process.env,
      withheld: [],
      clock: createFakeClock(),
    });
    process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
    expect(output).toEqual({ kind: "line", line: "the-key" });
  },
);

/** The built server, started in `folder` as some editors do. */
function spawnIn(folder: string, environment: Readonly<Record<string, string>>) {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return spawnBuilt(["--stdio"], environment);
  } finally {
    process.chdir(before);
  }
}
