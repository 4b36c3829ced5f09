/** The package as people get it: what is in it, and that it runs where nothing else is. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

import { version } from "../server/base/version.ts";
import { homeWithoutSettings } from "./support/server-process.ts";
import { packAndInstall, type InstalledPackage } from "./support/installed-package.ts";
import { projectRoot } from "./support/source-files.ts";

let folder: string;
let installed: InstalledPackage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-package-"));
  installed = await packAndInstall(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("holds the bundle, its documentation and the configurations, and nothing else", () => {
  const expected =
    /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/fim-language-server\.cjs|dist\/chunks\/[\w-]+\.cjs|dist\/settings\.schema\.json|dist\/third-party-licenses\.txt|client-configs\/.+|docs\/.+)$/;
  expect(installed.files.filter((file) => !expected.test(file))).toEqual([]);
  const others = installed.files.filter(
    (file) => !/^(?:client-configs|docs|dist\/chunks)\//.test(file),
  );
  expect(others).toHaveLength(7);
  expect(installed.files.filter((file) => /node_modules|\.log$|\.vsix$/.test(file))).toEqual([]);
});

test("holds code that can be read: nothing is unpacked or compiled from a text", async () => {
  const scripts = installed.files.filter((file) => file.endsWith(".cjs"));
  const texts = await Promise.all(
    scripts.map((file) => readFile(join(dirname(installed.program), "..", file), "utf8")),
  );
  const packed =
    /\bcompileFunction\b|\brunIn\w*Context\b|(?:un|in)flate\w*Sync|\w*[Dd]ecompressSync|\beval\(/;
  expect(scripts.filter((_, index) => packed.test(texts[index] ?? ""))).toEqual([]);
  expect(texts.length).toBeGreaterThan(20);
});

test.runIf("enableCompileCache" in nodeModule)("keeps what is compiled in the caches", async () => {
  const caches = join(folder, "caches");
  const env = { PATH: process.env["PATH"], XDG_CACHE_HOME: caches };
  await promisify(execFile)(process.execPath, [installed.program, "--help"], { env });
  expect(await readdir(join(caches, "fim-language-server"))).toEqual(["compiled"]);
});

test("carries the licence of each package in the bundle", async () => {
  const file = join(dirname(installed.program), "third-party-licenses.txt");
  const licences = (await readFile(file, "utf8")).split(/^==== /m).slice(1);
  expect(licences.map((text) => text.split(" ", 1)[0])).toEqual([
    "eventsource-parser",
    "jsonc-parser",
    "p-debounce",
    "undici",
    "vscode-jsonrpc",
    "vscode-languageserver-textdocument",
    "zod",
  ]);
  expect(licences.filter((text) => !/copyright \(c\)/i.test(text))).toEqual([]);
});

test("carries the version that the program tells", async () => {
  const manifest = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as {
    version: string;
  };
  expect(version).toBe(manifest.version);
  const { stdout } = await promisify(execFile)(process.execPath, [installed.program, "--version"]);
  expect(stdout).toBe(`${version}\n`);
});

describe("installed in an empty folder", () => {
  test("it needs no other package", () => {
    expect(installed.packages).toEqual(["fim-language-server"]);
  });

  test("it serves over stdio and ends as it should", async () => {
    const home = homeWithoutSettings();
    const server = spawn(process.execPath, [installed.program, "--stdio"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: home, USERPROFILE: home },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = new Promise((resolve) => server.on("close", resolve));
    const connection = createMessageConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
    const initialize = { processId: null, rootUri: null, capabilities: {} };
    expect(await connection.sendRequest("initialize", initialize)).toMatchObject({
      capabilities: { inlineCompletionProvider: expect.anything() as unknown },
      serverInfo: { name: "fim-language-server", version },
    });
    await connection.sendNotification("initialized", {});
    const uri = "untitled:one";
    const text = "const alpha = beta(gamma);\nconst alpha = beta(gamma);\nconst alpha = be";
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "typescript", version: 1, text },
    });
    expect(
      await connection.sendRequest("textDocument/inlineCompletion", {
        textDocument: { uri },
        position: { line: 2, character: 16 },
        context: { triggerKind: 1 },
      }),
    ).toMatchObject({ items: [{ insertText: "ta(gamma);" }] });
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    expect(await exited).toBe(0);
    connection.dispose();
  });
});
