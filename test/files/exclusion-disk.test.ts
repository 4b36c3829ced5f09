/** What counts as excluded while the disk tells, when it tells something new, and when it does not answer. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import { createExclusion, type ExclusionFiles } from "../../server/files/ignore/exclusion.ts";
import { Disk } from "../../server/files/disk.ts";
import { IgnoreRules } from "../../server/workspace-model/scan/ignore-rules.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { gate } from "../support/fim-answers.ts";
import { createHarness, offered } from "../session/harness.ts";

const rules = { patterns: ["*.key"], respectsIgnoreFiles: true };

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "exclusion-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function uriOf(folder: string, name: string): string {
  return pathToFileURL(join(folder, name)).href;
}

/** Answers about names that match once `woken` is resolved. */
function deadFor(pattern: RegExp, woken: Promise<void> = new Promise(() => undefined)) {
  const asked: string[] = [];
  const ask = async <T>(path: string, real: () => Promise<T>): Promise<T> => {
    if (pattern.test(basename(path))) {
      asked.push(basename(path));
      await woken;
    }
    return real();
  };
  const files: ExclusionFiles = {
    lstat: nodeFiles.lstat,
    opendir: nodeFiles.opendir,
    open: (path, flags) => ask(path, () => nodeFiles.open(path, flags)),
    realpath: (path) => ask(path, () => nodeFiles.realpath(path)),
    stat: (path) => ask(path, () => nodeFiles.stat(path)),
  };
  return { files, asked };
}

test("everything is excluded until the disk has told, and what it told is remembered", async () => {
  const folder = folderWith({ ".fimignore": "private/\n", "private/a.ts": "", "b.ts": "" });
  symlinkSync(join(folder, "private"), join(folder, "public"));
  const exclusion = createExclusion(createFakeClock());
  expect(!exclusion.of(uriOf(folder, "b.ts")).maySend).toBe(true);
  exclusion.set(rules, [folder]);
  const verdicts = { "b.ts": false, "private/a.ts": true, "public/a.ts": true, "x.key": true };
  for (const [name, verdict] of Object.entries(verdicts)) {
    const uri = uriOf(folder, name);
    expect(!exclusion.of(uri).maySend).toBe(true);
    expect(await exclusion.whenKnown(uri)).toBe(true);
    expect(exclusion.whenKnown(uri)).toBeUndefined();
    expect([name, !exclusion.of(uri).maySend]).toEqual([name, verdict]);
  }
  expect(await exclusion.excludesPath(join(folder, "private/a.ts"))).toBe(true);
  expect(await exclusion.excludesPath(join(folder, "b.ts"))).toBe(false);
});

test("a .fimignore that is written behind our back holds before the next text is sent", async () => {
  const clock = createFakeClock();
  const folder = folderWith({ "a.ts": "" });
  const uri = uriOf(folder, "a.ts");
  const exclusion = createExclusion(clock);
  const changed: string[] = [];
  exclusion.onDidChange((each) => changed.push(each));
  exclusion.onDidChangeFiles(() => changed.push("files"));
  exclusion.set(rules, [folder]);
  await exclusion.whenKnown(uri);
  expect([!exclusion.of(uri).maySend, changed]).toEqual([false, [uri]]);
  writeFileSync(join(folder, ".fimignore"), "a.ts\n");
  await clock.advance(5000);
  expect(await exclusion.whenKnown(uri)).toBe(true);
  expect([!exclusion.of(uri).maySend, changed]).toEqual([true, [uri, "files", uri]]);
});

test("an excerpt is of a file that the disk has told of lately", async () => {
  const clock = createFakeClock();
  const folder = folderWith({ "a.ts": "" });
  const uri = uriOf(folder, "a.ts");
  const exclusion = createExclusion(clock);
  exclusion.set(rules, [folder]);
  expect(exclusion.of(uri).mayQuote).toBe(false);
  await exclusion.whenKnown(uri);
  expect(exclusion.of(uri).mayQuote).toBe(true);
  writeFileSync(join(folder, ".gitignore"), "a.ts\n");
  await clock.advance(5000);
  expect(exclusion.of(uri).mayQuote).toBe(false);
  await exclusion.whenKnown(uri);
  expect([exclusion.of(uri).mayQuote, !exclusion.of(uri).maySend]).toEqual([false, false]);
  rmSync(join(folder, ".gitignore"));
  exclusion.set(rules, [folder]);
  expect(exclusion.of(uri).mayQuote).toBe(false);
  await exclusion.whenKnown(uri);
  expect(exclusion.of(uri).mayQuote).toBe(true);
});

test("an open document is ignored as its file on disk is: a deeper .gitignore takes files back", async () => {
  const folder = folderWith({
    ".gitignore": "*.ts\n!top.ts\nout/\nnames/*\n!names/kept/\n",
    "top.ts": "",
    "other.ts": "",
    "kept/.gitignore": "!a.ts\n",
    "kept/a.ts": "",
    "kept/b.ts": "",
    "kept/deep/.gitignore": "a.ts\n!B.ts\n",
    "kept/deep/a.ts": "",
    "kept/deep/b.ts": "",
    // What lies in an ignored folder cannot be taken back.
    "out/.gitignore": "!*\n",
    "out/a.ts": "",
    "names/kept/.gitignore": "!*.ts\n",
    "names/kept/a.ts": "",
    "names/lost/.gitignore": "!*.ts\n",
    "names/lost/a.ts": "",
  });
  const clock = createFakeClock();
  const exclusion = createExclusion(clock);
  exclusion.set(rules, [folder]);
  const onDisk = new IgnoreRules(folder, {
    disk: new Disk(nodeFiles, clock),
    isExcluded: async () => false,
    respectsIgnoreFiles: true,
  });
  const taken = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!name.endsWith(".ts")) continue;
    const uri = uriOf(folder, name);
    await exclusion.whenKnown(uri);
    const isIgnored = await onDisk.leavesOutDeep(join(folder, name), false);
    expect([name, !exclusion.of(uri).mayLearn]).toEqual([name, isIgnored]);
    if (!isIgnored) taken.push(name);
  }
  expect(taken).toEqual(["kept/a.ts", "kept/deep/b.ts", "names/kept/a.ts", "top.ts"]);
});

test("a deeper .fimignore takes nothing back", async () => {
  const folder = folderWith({
    ".fimignore": "*.ts\n",
    "kept/.fimignore": "!a.ts\n",
    "kept/a.ts": "",
  });
  const exclusion = createExclusion(createFakeClock());
  exclusion.set(rules, [folder]);
  const uri = uriOf(folder, "kept/a.ts");
  await exclusion.whenKnown(uri);
  expect(!exclusion.of(uri).maySend).toBe(true);
});

test("who goes on typing never waits: what is remembered is looked up again in time", async () => {
  const clock = createFakeClock();
  const folder = folderWith({ "a.ts": "" });
  const uri = uriOf(folder, "a.ts");
  const exclusion = createExclusion(clock);
  exclusion.set(rules, [folder]);
  await exclusion.whenKnown(uri);
  for (let keys = 0; keys < 10; keys++) {
    await clock.advance(1500);
    expect(exclusion.whenKnown(uri)).toBeUndefined();
    expect(!exclusion.of(uri).maySend).toBe(false);
    // The look-up is on the real disk; those of two others, one after the other, outlast it.
    await exclusion.whenKnown(uriOf(folder, `one${keys}.ts`));
    await exclusion.whenKnown(uriOf(folder, `two${keys}.ts`));
  }
});

test("a disk that does not answer: nothing is sent, soon known, and others are served", async () => {
  const clock = createFakeClock();
  const folder = folderWith({ "a.ts": "", "dead/b.ts": "" });
  const { files } = deadFor(/^(?:b\.ts)$/);
  const exclusion = createExclusion(clock, files);
  exclusion.set(rules, [folder]);
  const dead = uriOf(folder, "dead/b.ts");
  const waiting = exclusion.whenKnown(dead);
  await exclusion.whenKnown(uriOf(folder, "a.ts"));
  expect(!exclusion.of(uriOf(folder, "a.ts")).maySend).toBe(false);
  await clock.advance(1000);
  expect(await waiting).toBe(false);
  expect(!exclusion.of(dead).maySend).toBe(true);
});

test.each([
  ["a.ts", 1, "remote();"],
  ["x.key", 0, "skipped: excludedFile"],
])("a menu in %s waits for the disk no longer than its budget", async (name, asked, later) => {
  const woken = gate();
  const folder = folderWith({ ".fimignore": "*.key\n", [name]: "" });
  const { files } = deadFor(/./, woken.opened);
  const clock = createFakeClock();
  const exclusion = createExclusion(clock, files);
  exclusion.set({ ...rules, patterns: [] }, [folder]);
  const { open, provider } = await createHarness({
    text: "‸",
    clock,
    answer: () => "remote();",
    settings: { "completion.latencyBudgetMs": 200 },
    // What the workspace model knows is not offered in a file that may be excluded.
    localSource: { suggest: () => [{ insertText: "w", probability: 1 }] },
    isExcluded: (uri) => !exclusion.of(uri).maySend,
    whenExclusionKnown: (uri) => exclusion.whenKnown(uri),
  });
  const uri = uriOf(folder, name);
  const editor = open(uri, "let a = ‸\n");
  expect(offered(await clock.until(editor.ask({ surface: "menu" })))).toBe(
    "skipped: latencyBudget",
  );
  expect([clock.now(), provider.seen.length]).toEqual([200, 0]);
  woken.open();
  await exclusion.whenKnown(uri);
  await clock.advance(150);
  // The search went on.
  expect(provider.seen).toHaveLength(asked);
  expect(offered(await editor.ask({ surface: "menu" }))).toBe(later);
});

test("no more than two questions are open on a dead disk, and closing waits for none", async () => {
  const clock = createFakeClock();
  const folder = folderWith({ "a.ts": "" });
  const { files, asked } = deadFor(/\.ts$/);
  const exclusion = createExclusion(clock, files);
  exclusion.set(rules, [folder]);
  const waiting = Array.from({ length: 20 }, async (_, at) =>
    exclusion.whenKnown(uriOf(folder, `f${at}.ts`)),
  );
  while (asked.length < 2) await nextTurn();
  await clock.advance(60_000);
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 20 }, () => false));
  expect(asked).toHaveLength(2);
  exclusion.close();
  await clock.settle();
  expect(clock.pendingTimers).toBe(0);
});
