import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../server/base/clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { folderWith, learn, newModel, offerAt, snapshotOf, write } from "./learn.ts";

const gauges = `export function readGauges(meter: Meter): void {
  meter.collectGauge("temperature", celsius);
  meter.collectGauge("pressure", pascal);
}
`;
const marked = `  meter.collectGauge("pressure", ‸\n`;
const known = `  meter.collectGauge("pressure", ⟦pascal);⟧\n`;

describe("what is learned", () => {
  test("sources of the folder and of its subfolders", async () => {
    const { model, folder } = await learn({ "lib/deep/gauges.ts": gauges });
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
    expect(model.status()).toMatchObject({ files: 1, isFull: false, isIndexing: false });
  });

  test("several folders", async () => {
    const model = newModel();
    model.setFolders([folderWith({ "a.ts": "first();\n" }), folderWith({ "gauges.ts": gauges })]);
    await model.whenIndexed();
    expect(offerAt(model, "/elsewhere/main.ts", marked)).toBe(known);
    expect(model.status().files).toBe(2);
  });

  test("a folder that is closed is forgotten", async () => {
    const { model, folder } = await learn({ "gauges.ts": gauges });
    model.setFolders([]);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
    expect(model.status()).toMatchObject({ files: 0, bytes: 0, tokens: 0 });
  });

  test("sources with CRLF and with a byte order mark", async () => {
    const { model, folder } = await learn({ "g.ts": `\ufeff${gauges.replaceAll("\n", "\r\n")}` });
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
  });

  test("a suggestion does not come from the old text of the document that is edited", async () => {
    const { model, folder } = await learn({ "gauges.ts": gauges });
    expect(offerAt(model, join(folder, "gauges.ts"), marked)).toBe("nothing");
  });

  test("a closed document is learned from disk again", async () => {
    const { model, folder } = await learn({ "gauges.ts": gauges });
    const document = snapshotOf(join(folder, "gauges.ts"), "empty();\n");
    model.documentChanged(document);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
    model.documentClosed(document.uri);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
  });
});

describe("what is left out", () => {
  test.each([
    ["files that .gitignore names", { ".gitignore": "gauges.ts\n", "gauges.ts": gauges }],
    ["folders that .gitignore names", { ".gitignore": "/out/\n", "out/gauges.ts": gauges }],
    ["files that a nested .gitignore names", { "a/.gitignore": "*.ts\n", "a/gauges.ts": gauges }],
    ["packages", { "node_modules/gauges/gauges.ts": gauges }],
    ["folders of tools", { ".cache/gauges.ts": gauges }],
    ["files that are not source", { "gauges.lock": gauges, gauges: gauges }],
  ])("%s", async (_, files) => {
    const { model, folder } = await learn(files);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
    expect(model.status().files).toBe(0);
  });

  test("a nested .gitignore takes files in again", async () => {
    const { model } = await learn({
      ".gitignore": "*.ts\n",
      "kept/.gitignore": "!gauges.ts\n",
      "kept/gauges.ts": gauges,
      "kept/other.ts": "other();\n",
    });
    expect(model.status().files).toBe(1);
  });

  test("open documents that nobody may learn from, for all others", async () => {
    const model = newModel({ mayLearnFrom: (uri) => !uri.endsWith("keys.ts") });
    model.documentChanged(snapshotOf("/project/keys.ts", gauges));
    await model.whenIndexed();
    expect(offerAt(model, "/project/main.ts", marked)).toBe("nothing");
    expect(offerAt(model, "/project/keys.ts", gauges + marked)).toBe(gauges + known);
  });

  test("what a .gitignore lists from now on, at once, and no more what it listed", async () => {
    const { model, folder } = await learn({ "lib/gauges.ts": gauges });
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
    write(folder, { ".gitignore": "lib\n" });
    model.filesChanged([join(folder, ".gitignore")]);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
    expect(model.status().files).toBe(0);
    rmSync(join(folder, ".gitignore"));
    model.filesChanged([join(folder, ".gitignore")]);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
    expect(model.status().files).toBe(1);
  });

  test("nothing that only .gitignore lists, where ignore files do not count", async () => {
    const files = { ".gitignore": "*.ts\n", "gauges.ts": gauges, "secret.ts": "hidden();\n" };
    const isExcluded = (path: string) => path.endsWith("secret.ts");
    const { model, folder } = await learn(files, { isExcluded });
    expect(model.status().files).toBe(0);
    model.configure({ maxBytes: 1_000_000, respectsIgnoreFiles: false });
    await model.whenIndexed();
    expect(model.status().files).toBe(1);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
    model.configure({ maxBytes: 1_000_000, respectsIgnoreFiles: true });
    await model.whenIndexed();
    expect(model.status().files).toBe(0);
  });

  test("excluded files", async () => {
    const isExcluded = (path: string) => path.endsWith("secret.ts");
    const { model, folder } = await learn({ "secret.ts": gauges }, { isExcluded });
    expect(model.status().files).toBe(0);
    write(folder, { "sub/secret.ts": gauges });
    model.filesChanged([join(folder, "sub/secret.ts"), join(folder, "sub")]);
    await model.whenIndexed();
    expect(model.status().files).toBe(0);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
  });

  test.each([
    ["binary", Buffer.from(`${gauges}\0`)],
    ["notUtf8", Buffer.from(`// caf\xe9\n${gauges}`, "latin1")],
    ["minified", `${gauges}${"a=b;".repeat(3000)}`],
    ["giant", gauges.repeat(6000)],
    ["empty", ""],
  ])("a file that is %s, with the reason in the status", async (reason, content) => {
    const { model } = await learn({ "gauges.ts": content, "good.ts": "good();\n" });
    expect(model.status().files).toBe(1);
    expect(model.status().skipped).toMatchObject({ [reason]: 1 });
  });
});

describe("trouble on disk", () => {
  test("links that form a loop, and dangling ones", async () => {
    const folder = folderWith({ "a/gauges.ts": gauges });
    symlinkSync(folder, join(folder, "a/loop"));
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling.ts"));
    const model = newModel();
    model.setFolders([folder]);
    await model.whenIndexed();
    expect(model.status().files).toBe(1);
  });

  test("a folder that does not exist", async () => {
    const model = newModel();
    model.setFolders(["/nowhere/at/all"]);
    await model.whenIndexed();
    expect(model.status().skipped).toMatchObject({ unreadableFolder: 1 });
  });

  // Root may read all, and Windows knows no such rights.
  test.skipIf((process.getuid?.() ?? 0) === 0)(
    "files and folders that may not be read",
    async () => {
      const folder = folderWith({ "a.ts": gauges, "closed/b.ts": gauges, "c.ts": "good();\n" });
      chmodSync(join(folder, "a.ts"), 0);
      chmodSync(join(folder, "closed"), 0);
      const model = newModel();
      model.setFolders([folder]);
      await model.whenIndexed();
      chmodSync(join(folder, "closed"), 0o700);
      expect(model.status().files).toBe(1);
      expect(model.status().skipped).toMatchObject({ unreadable: 1, unreadableFolder: 1 });
    },
  );

  test("files that vanish while the folder is read", async () => {
    const names = Array.from({ length: 300 }, (_, at) => `f${at}.ts`);
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, gauges])));
    const model = newModel();
    model.setFolders([folder]);
    for (let turn = 0; turn < 40; turn++) await nextTurn();
    for (const name of names.slice(100)) rmSync(join(folder, name));
    await model.whenIndexed();
    expect(model.status().files).toBeGreaterThanOrEqual(100);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
  });

  test("edits and questions while the folder is read", async () => {
    const names = Array.from({ length: 200 }, (_, at) => `f${at}.ts`);
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, gauges])));
    const model = newModel();
    model.setFolders([folder]);
    for (let typed = 1; model.status().isIndexing; typed++) {
      const text = `${gauges}${"x".repeat(typed % 50)}`;
      model.documentChanged(snapshotOf(join(folder, `f${typed % 200}.ts`), text));
      offerAt(model, join(folder, "main.ts"), marked);
      await nextTurn();
    }
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
  });

  test("a file in place of a folder, and a folder in place of a file", async () => {
    const { model, folder } = await learn({ "a.ts": gauges, "b/c.ts": gauges });
    rmSync(join(folder, "a.ts"));
    rmSync(join(folder, "b"), { recursive: true });
    mkdirSync(join(folder, "a.ts"));
    write(folder, { b: gauges });
    model.filesChanged([join(folder, "a.ts"), join(folder, "b/c.ts"), join(folder, "b")]);
    await model.whenIndexed();
    expect(model.status().files).toBe(0);
  });
});

describe("the byte budget", () => {
  const large = (name: string) => `${name}(${name}, 1);\n`.repeat(2000);

  test("holds by leaving out the files farthest from the open documents", async () => {
    const folder = folderWith({
      "near/a.ts": gauges,
      "near/sub/b.ts": large("beta"),
      "far/away/c.ts": large("gamma"),
    });
    const model = newModel();
    model.configure({ maxBytes: 40_000, respectsIgnoreFiles: true });
    model.documentChanged(snapshotOf(join(folder, "near/main.ts"), ""));
    model.setFolders([folder]);
    await model.whenIndexed();
    expect(model.status()).toMatchObject({ files: 2, isFull: true });
    expect(model.status().bytes).toBeLessThanOrEqual(40_000);
    expect(offerAt(model, join(folder, "near/main.ts"), marked)).toBe(known);
  });

  test("moves with the documents that are opened", async () => {
    const folder = folderWith({ "one/a.ts": large("alpha"), "two/gauges.ts": large("x") + gauges });
    const model = newModel();
    model.configure({ maxBytes: 40_000, respectsIgnoreFiles: true });
    model.documentChanged(snapshotOf(join(folder, "one/main.ts"), ""));
    model.setFolders([folder]);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "one/main.ts"), marked)).toBe("nothing");
    model.documentClosed(snapshotOf(join(folder, "one/main.ts"), "").uri);
    model.documentChanged(snapshotOf(join(folder, "two/main.ts"), ""));
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "two/main.ts"), marked)).toBe(known);
    expect(model.status().bytes).toBeLessThanOrEqual(40_000);
  });

  test("gives up the farthest file for a new one that is nearer", async () => {
    const { model, folder } = await learn({
      "a.ts": large("alpha"),
      "far/away/b.ts": large("beta"),
    });
    model.configure({ maxBytes: 80_000, respectsIgnoreFiles: true });
    await model.whenIndexed();
    write(folder, { "c.ts": large("gamma") + gauges });
    model.filesChanged([join(folder, "c.ts")]);
    await model.whenIndexed();
    expect(model.status().files).toBe(2);
    expect(model.status().bytes).toBeLessThanOrEqual(80_000);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
    expect(offerAt(model, join(folder, "main.ts"), "alpha(alpha, ‸")).toBe("alpha(alpha, ⟦1);⟧");
    expect(offerAt(model, join(folder, "main.ts"), "beta(beta, ‸")).toBe("nothing");
  });

  test("leaves out a file that has outgrown it, with its old text", async () => {
    const { model, folder } = await learn({ "a.ts": gauges });
    model.configure({ maxBytes: 40_000, respectsIgnoreFiles: true });
    await model.whenIndexed();
    write(folder, { "a.ts": large("alpha").repeat(2) });
    model.filesChanged([join(folder, "a.ts")]);
    await model.whenIndexed();
    expect(model.status()).toMatchObject({ files: 0, bytes: 0, isFull: true });
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
  });

  test("is kept when it is lowered", async () => {
    const { model } = await learn({ "a.ts": large("alpha"), "b.ts": large("beta") });
    model.configure({ maxBytes: 40_000, respectsIgnoreFiles: true });
    await model.whenIndexed();
    expect(model.status()).toMatchObject({ files: 1, isFull: true });
  });
});

describe("changes on disk", () => {
  test("are taken in when the client tells of them", async () => {
    const { model, folder } = await learn({ "a.ts": "other();\n" });
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
    write(folder, { "b.ts": gauges });
    model.filesChanged([join(folder, "b.ts")]);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
    rmSync(join(folder, "b.ts"));
    model.filesChanged([join(folder, "b.ts")]);
    await model.whenIndexed();
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
  });

  test("of a whole folder are told by its name", async () => {
    const { model, folder } = await learn({ "lib/gauges.ts": gauges, "library.ts": "a();\n" });
    rmSync(join(folder, "lib"), { recursive: true });
    model.filesChanged([join(folder, "lib")]);
    await model.whenIndexed();
    expect(model.status().files).toBe(1);
  });

  test("of a whole folder that is named like a source are told by its name", async () => {
    const { model, folder } = await learn({ "lib.js/deep/gauges.ts": gauges, "a.ts": "a();\n" });
    rmSync(join(folder, "lib.js"), { recursive: true });
    model.filesChanged([join(folder, "lib.js")]);
    await model.whenIndexed();
    expect(model.status().files).toBe(1);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe("nothing");
  });

  test("that took files away leave no reason behind", async () => {
    const { model, folder } = await learn({ "lib/gauges.ts": gauges, "a.ts": "a();\n" });
    rmSync(join(folder, "lib"), { recursive: true });
    model.filesChanged([join(folder, "lib/gauges.ts"), join(folder, "never.ts")]);
    await model.whenIndexed();
    const { files, skipped } = model.status();
    expect(files).toBe(1);
    expect(Object.values(skipped).filter((count) => count > 0)).toEqual([]);
  });

  test("of a new folder are taken in by its name, but for what is left out", async () => {
    const { model, folder } = await learn({ "a.ts": "other();\n", ".gitignore": "cut.ts\n" });
    write(folder, { "new.js/deep/gauges.ts": gauges, "new.js/cut.ts": "cut();\n" });
    write(folder, { "lib/b.ts": "b();\n", "lib/node_modules/c.ts": "c();\n" });
    write(folder, { "node_modules/d/d.ts": "d();\n" });
    const told = ["new.js", "lib", "node_modules", "node_modules/d"];
    model.filesChanged(told.map((name) => join(folder, name)));
    await model.whenIndexed();
    expect(model.status()).toMatchObject({ files: 3, skipped: { unreadableFolder: 0 } });
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
  });

  test("are not taken in from outside of the folders, or where they are left out", async () => {
    const { model, folder } = await learn({ "a.ts": "other();\n", ".gitignore": "b.ts\n" });
    const elsewhere = folderWith({ "c.ts": gauges });
    write(folder, { "b.ts": gauges });
    model.filesChanged([join(folder, "b.ts"), join(elsewhere, "c.ts")]);
    await model.whenIndexed();
    expect(model.status().files).toBe(1);
  });

  test("are noticed when typing goes on after a minute, and not before", async () => {
    const clock = createFakeClock();
    const { model, folder } = await learn({ "a.ts": "other();\n", "b.ts": gauges }, { clock });
    write(folder, { "a.ts": `${gauges}// changed\n` });
    utimesSync(join(folder, "a.ts"), 1, 1);
    rmSync(join(folder, "b.ts"));
    const typed = snapshotOf(join(folder, "main.ts"), "\n");
    await clock.advance(59_000);
    model.documentChanged(typed);
    await model.whenIndexed();
    expect(model.status().files).toBe(2);
    await clock.advance(1000);
    await model.whenIndexed();
    expect(model.status().files).toBe(2);
    model.documentChanged(typed);
    await model.whenIndexed();
    expect(model.status().files).toBe(1);
    expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
  });

  test("are noticed in time while documents are closed again and again", async () => {
    const clock = createFakeClock();
    const { model, folder } = await learn({ "a.ts": "other();\n" }, { clock });
    write(folder, { "b.ts": gauges });
    for (let second = 0; second < 60; second++) {
      const document = snapshotOf(join(folder, "a.ts"), "other();\n");
      model.documentChanged(document);
      model.documentClosed(document.uri);
      await model.whenIndexed();
      await clock.advance(1000);
    }
    model.documentChanged(snapshotOf(join(folder, "main.ts"), "\n"));
    await model.whenIndexed();
    expect(model.status().files).toBe(2);
  });

  test("many changes of one file leave one file's worth in memory", async () => {
    const { model, folder } = await learn({ "a.ts": gauges });
    for (let version = 0; version < 60; version++) {
      write(folder, { "a.ts": gauges.repeat(50) + `version${version}();\n` });
      model.filesChanged([join(folder, "a.ts")]);
      await model.whenIndexed();
    }
    const { files, tokens, indexBytes } = model.status();
    expect(files).toBe(1);
    expect(tokens).toBeLessThan(3000);
    expect(indexBytes).toBeLessThan(2_000_000);
  });
});

describe("progress", () => {
  test("is told when indexing takes more than a second, and ends", async () => {
    // A disk on which every file takes 100 ms: each look at the clock is that much later.
    let now = 0;
    const clock = { ...systemClock, now: () => (now += 20) };
    const told: { files: number; isDone: boolean }[] = [];
    const names = Array.from({ length: 60 }, (_, at) => [`f${at}.ts`, gauges] as const);
    await learn(Object.fromEntries(names), {
      clock,
      onProgress: (progress) => told.push(progress),
    });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toMatchObject({ files: 60, isDone: true });
    expect(told.filter(({ isDone }) => isDone)).toHaveLength(1);
  });

  test("is not told of a short indexing", async () => {
    const told: unknown[] = [];
    await learn(
      { "a.ts": gauges },
      { clock: createFakeClock(), onProgress: (progress) => told.push(progress) },
    );
    expect(told).toEqual([]);
  });
});

test("a closed model stops its work and leaves no timer", async () => {
  const clock = createFakeClock();
  const { model } = await learn({ "a.ts": gauges }, { clock });
  model.close();
  await model.whenIndexed();
  expect(clock.pendingTimers).toBe(0);
});
