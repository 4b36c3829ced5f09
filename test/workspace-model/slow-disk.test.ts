/** A disk that takes its time, or never answers: what is asked of the model does not wait for it. */
import type { Dir } from "node:fs";
import * as nodeFiles from "node:fs/promises";
import { basename, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../server/base/clock.ts";
import type { FileSystem } from "../../server/files/disk.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { folderWith, newModel, offerAt, snapshotOf } from "./learn.ts";

const gauges = `export function readGauges(meter: Meter): void {
  meter.collectGauge("temperature", celsius);
  meter.collectGauge("pressure", pascal);
}
`;
const marked = `  meter.collectGauge("pressure", ‸\n`;
const known = `  meter.collectGauge("pressure", ⟦pascal);⟧\n`;

/** A file system that holds its answers about names that match back, until `release`, the oldest first. */
function holdingBack(pattern: RegExp) {
  const held: (() => void)[] = [];
  const asked: string[] = [];
  let underWay = 0;
  const watched = async <Opened extends { close(): Promise<void> }>(
    path: string,
    open: () => Promise<Opened>,
  ): Promise<Opened> => {
    underWay++;
    try {
      await hold(path);
      const opened = await open();
      const close = opened.close.bind(opened);
      opened.close = () => close().finally(() => underWay--);
      return opened;
    } catch (error) {
      underWay--;
      throw error;
    }
  };
  const hold = async (path: string): Promise<void> => {
    if (!pattern.test(basename(path))) return;
    asked.push(basename(path));
    await new Promise<void>((resolve) => held.push(resolve));
  };
  const files: FileSystem = {
    open: (path, flags) => watched(path, () => nodeFiles.open(path, flags)),
    lstat: async (path) => {
      await hold(path);
      return nodeFiles.lstat(path);
    },
    opendir: (path, options) => watched(path, () => nodeFiles.opendir(path, options)),
    realpath: nodeFiles.realpath,
  };
  const release = (most?: number): void => {
    for (const resume of held.splice(0, most ?? held.length)) resume();
  };
  /** Until `count` answers are held back and the real disk has nothing left to do. */
  const settled = async (count: number): Promise<void> => {
    let quiet = 0;
    await until(() => {
      quiet = held.length === count && underWay === count ? quiet + 1 : 0;
      return quiet > 100;
    });
  };
  return { files, asked, release, settled };
}

/** Lets the real disk and the background work come to an end of what they can do. */
async function until(isSo: () => boolean): Promise<void> {
  for (let slices = 0; !isSo(); slices++) {
    if (slices > 100_000) throw new Error("it does not come");
    await nextTurn();
  }
}

test("reads that take seconds are waited for, and questions are answered meanwhile", async () => {
  const clock = createFakeClock();
  const { files, asked, release } = holdingBack(/\.ts$/);
  const folder = folderWith({ "a.ts": "other();\n", "gauges.ts": gauges });
  const model = newModel({ clock, files });
  model.setFolders([folder]);
  for (const name of ["a.ts", "gauges.ts"]) {
    await until(() => asked.includes(name));
    expect(model.status()).toMatchObject({ isIndexing: true, isDiskStuck: false });
    const text = `${gauges}${marked}`;
    expect(offerAt(model, join(folder, "main.ts"), text)).toBe(`${gauges}${known}`);
    await clock.advance(4000);
    release(1);
  }
  await model.whenIndexed();
  expect(model.status()).toMatchObject({ files: 2, isIndexing: false });
  expect(clock.pendingTimers).toBe(0);
});

test("a file that never comes is left out with the reason, and the others are indexed", async () => {
  const clock = createFakeClock();
  const { files, settled } = holdingBack(/^hangs/);
  const folder = folderWith({ "a.ts": "other();\n", "hangs.ts": gauges, "z/gauges.ts": gauges });
  const model = newModel({ clock, files });
  model.setFolders([folder]);
  await settled(1);
  await clock.advance(10_000);
  await model.whenIndexed();
  expect(model.status()).toMatchObject({ files: 2, isDiskStuck: false, skipped: { slow: 1 } });
  expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
});

test("a folder that never comes is left out with the reason, and the others are indexed", async () => {
  const clock = createFakeClock();
  const { files, settled } = holdingBack(/^hangs/);
  const folder = folderWith({ "hangs/a.ts": "other();\n", "z/gauges.ts": gauges });
  const model = newModel({ clock, files });
  model.setFolders([folder]);
  await settled(1);
  await clock.advance(10_000);
  await model.whenIndexed();
  expect(model.status()).toMatchObject({ files: 1, skipped: { slowFolder: 1 } });
  expect(offerAt(model, join(folder, "main.ts"), marked)).toBe(known);
});

test("what ignore files that never come may list is left out", async () => {
  const clock = createFakeClock();
  const { files, asked } = holdingBack(/^\.gitignore$/);
  const folder = folderWith({ "gauges.ts": gauges });
  const model = newModel({ clock, files });
  model.setFolders([folder]);
  await until(() => asked.length === 1);
  await clock.advance(10_000);
  await model.whenIndexed();
  expect(model.status()).toMatchObject({ files: 0 });
});

test("no more than two questions are open on a dead disk; when it is back, indexing goes on", async () => {
  const clock = createFakeClock();
  const { files, asked, release, settled } = holdingBack(/\.ts$/);
  const names = Array.from({ length: 20 }, (_, at) => `f${at}.ts`);
  const folder = folderWith(Object.fromEntries(names.map((name) => [name, gauges])));
  const model = newModel({ clock, files });
  model.setFolders([folder]);
  await settled(2);
  await clock.advance(110_000);
  expect(asked).toHaveLength(2);
  expect(model.status()).toMatchObject({ isIndexing: true, isDiskStuck: true, files: 0 });
  model.documentChanged(snapshotOf(join(folder, "open.ts"), gauges));
  expect(offerAt(model, join(folder, "main.ts"), gauges + marked)).toBe(gauges + known);
  await until(() => {
    release();
    return !model.status().isIndexing;
  });
  expect(model.status()).toMatchObject({ files: 18, isDiskStuck: false });
});

test("closing waits for no disk and leaves no timer", async () => {
  const clock = createFakeClock();
  const { files, asked } = holdingBack(/\.ts$/);
  const model = newModel({ clock, files });
  model.setFolders([folderWith({ "gauges.ts": gauges })]);
  await until(() => asked.length === 1);
  model.close();
  await model.whenIndexed();
  expect(clock.pendingTimers).toBe(0);
});

test("100,000 files that are left out leave the event loop to others", async () => {
  const folder = folderWith({ ".gitignore": "data*.ts\n", "gauges.ts": gauges });
  const entry = (name: string) => ({ name, isFile: () => true, isDirectory: () => false });
  const files: FileSystem = {
    open: nodeFiles.open,
    realpath: nodeFiles.realpath,
    lstat: nodeFiles.lstat,
    opendir: () => {
      let at = 0;
      const read = () => {
        if (at > 100_000) return Promise.resolve(null);
        return Promise.resolve(entry(at++ === 0 ? "gauges.ts" : `data${at}.ts`));
      };
      return Promise.resolve({ read, close: () => Promise.resolve() } as unknown as Dir);
    },
  };
  // Every look at the clock is a tenth of a millisecond later: a turn is over after some thirty entries.
  let now = 0;
  const clock = { ...systemClock, now: () => (now += 0.1) };
  const model = newModel({ clock, files });
  let slices = 0;
  model.setFolders([folder]);
  for (; model.status().isIndexing; slices++) await nextTurn();
  expect(model.status().files).toBe(1);
  expect(slices).toBeGreaterThan(5000);
});
