/** A workspace of everything that is no source: the built server answers, knows why it left out what, and writes nothing. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  lstatSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

import { startServer, type LspClient } from "../support/lsp-client.ts";

const lesson = `export function readGauges(meter) {
  meter.collectGauge("temperature", celsius);
  meter.collectGauge("pressure", pascal);
}
`;
const question = `meter.collectGauge("pressure", ‸\n`;

let folder: string;
let sockets: Server[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "fim-workspace-")));
  sockets = [];
});

afterEach(() => {
  for (const socket of sockets) socket.close();
  rmSync(folder, { recursive: true });
});

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function start(): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    // The daily counts are the one thing that the server writes for its user.
    environment: {
      HOME: folder,
      TMPDIR: folder,
      TEMP: folder,
      USERPROFILE: folder,
      FIM_USAGE_RECORD: "false",
    },
    initializationOptions: { "provider.name": "workspace", "suggestions.minConfidence": 0.01 },
    initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
  });
}

async function learned(client: LspClient): Promise<Readonly<Record<string, unknown>>> {
  const { workspaceModel } = (await client.request("workspace/executeCommand", {
    command: "fim.status",
  })) as { workspaceModel: Readonly<Record<string, unknown>> };
  return workspaceModel;
}

async function answerIn(client: LspClient, name: string, marked: string): Promise<string> {
  const uri = pathToFileURL(join(folder, name)).href;
  return JSON.stringify(await client.inline(client.open(marked, { uri })));
}

function everything(): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.map((name) => `${name} ${lstatSync(join(folder, name)).mtimeMs}`).toSorted();
}

test("files that are none of text, of UTF-8, of people, or of any size", async () => {
  put("binary.ts", Buffer.from(`${lesson}\0`));
  put("latin.ts", Buffer.from("// caf\xe9\n", "latin1"));
  put("line.ts", `const line = "${"x".repeat(400_000)}";\n`);
  put("giant.ts", "let x = 1;\n".repeat(100_000));
  put("empty.ts", "");
  put("crlf.ts", lesson.replaceAll("\n", "\r\n"));
  put("emoji.ts", 'say("😀👩‍👩‍👧", "שלום", "مرحبا");\n'.repeat(4));
  symlinkSync(folder, join(folder, "loop"));
  symlinkSync(join(folder, "nowhere"), join(folder, "dangling.ts"));
  const before = everything();
  const client = await start();
  await expect
    .poll(() => learned(client), { timeout: 15_000 })
    .toMatchObject({
      isIndexing: false,
      files: 2,
      skipped: { binary: 1, notUtf8: 1, minified: 1, giant: 1, empty: 1 },
    });
  expect(await answerIn(client, "main.ts", question)).toContain("pascal");
  expect(await answerIn(client, "emoji2.ts", 'say("😀👩‍👩‍👧", ‸\n')).toContain("שלום");
  const long = `const s = "${"y".repeat(1_000_000)}";\n${question}`;
  expect(await answerIn(client, "long.ts", long)).toContain("pascal");
  await client.close();
  expect(everything()).toEqual(before);
});

test.skipIf(process.platform === "win32")(
  "pipes, sockets and devices named like sources and like ignore files hold nobody up",
  async () => {
    put("gauges.ts", lesson);
    put("below/gauges.ts", lesson);
    mkdirSync(join(folder, "git"));
    mkdirSync(join(folder, "fim"));
    const pipes = ["pipe.ts", "git/.gitignore", "fim/.fimignore"];
    execFileSync(
      "mkfifo",
      pipes.map((name) => join(folder, name)),
    );
    put("git/a.ts", lesson);
    put("fim/a.ts", lesson);
    symlinkSync("/dev/zero", join(folder, "zero.ts"));
    const socket = createServer().listen(join(folder, "socket.ts"));
    sockets.push(socket);
    const client = await start();
    const changed = [...pipes, "socket.ts", "zero.ts", "vanished.ts"].map((name) => ({
      uri: pathToFileURL(join(folder, name)).href,
      type: 2,
    }));
    client.notify("workspace/didChangeWatchedFiles", { changes: changed });
    await expect
      .poll(() => learned(client), { timeout: 15_000 })
      .toMatchObject({ isIndexing: false, isDiskStuck: false, files: 2 });
    // What an ignore file lists that nobody can read may be anything.
    expect(await answerIn(client, "fim/main.ts", question)).not.toContain("pascal");
    expect(await answerIn(client, "below/main.ts", question)).toContain("pascal");
    await client.close();
  },
);

test("files that come, change and vanish while the folder is read", async () => {
  for (let at = 0; at < 400; at++) put(`f${at}.ts`, `${lesson}const only${at} = ${at};\n`);
  const client = await start();
  for (let at = 0; at < 400; at += 2) rmSync(join(folder, `f${at}.ts`));
  for (let at = 1; at < 400; at += 20) {
    put(`f${at}.ts`, `${lesson}const changed${at} = ${at};\n`);
    expect(await answerIn(client, "main.ts", `${lesson}${question}`)).toContain("pascal");
  }
  client.notify("workspace/didChangeWatchedFiles", {
    changes: [{ uri: pathToFileURL(folder).href, type: 2 }],
  });
  await expect
    .poll(() => learned(client), { timeout: 15_000 })
    .toMatchObject({ isIndexing: false, files: 200 });
  await client.close();
});
