/** Thousands of files leave the index in turns, so that no answer waits for them. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../server/base/clock.ts";
import type { WorkspaceModel } from "../../server/workspace-model/workspace-model.ts";
import { learn, offerAt, type FileContents } from "./learn.ts";

const source = "export const measureWidth = computeLength(sourceText, lineEnd);\n";
const files: FileContents = Object.fromEntries(
  Array.from({ length: 300 }, (_, number) => [`${number % 10}/${number}.ts`, source]),
);

async function learned() {
  let now = 0;
  // Whoever asks whether its turn is over is told so.
  const clock = { ...systemClock, now: () => (now += 5) };
  const { folder, model } = await learn(files, { clock });
  expect(model.status().files).toBe(300);
  return { folder, model };
}

/** The most files that left between two turns of the event loop, until all is settled. */
async function mostAtOnce(model: WorkspaceModel): Promise<number> {
  const state = { isSettled: false };
  void model.whenIndexed().then(() => (state.isSettled = true));
  let most = 0;
  let before = 300;
  while (!state.isSettled) {
    const now = model.status().files;
    most = Math.max(most, before - now);
    before = now;
    await nextTurn();
  }
  return most;
}

test("those beyond a lowered budget", async () => {
  const { model } = await learned();
  model.configure({ maxBytes: source.length * 20, respectsIgnoreFiles: true });
  expect(await mostAtOnce(model)).toBeLessThan(10);
  expect(model.status().files).toBe(20);
});

test("those of a folder that was removed", async () => {
  const { model } = await learned();
  model.setFolders([]);
  expect(await mostAtOnce(model)).toBeLessThan(10);
  expect(model.status().files).toBe(0);
});

test("those that a walk does not find any more", async () => {
  const { folder, model } = await learned();
  for (let number = 0; number < 9; number++)
    rmSync(join(folder, String(number)), { recursive: true });
  model.setFolders([folder]);
  expect(await mostAtOnce(model)).toBeLessThan(10);
  expect(model.status().files).toBe(30);
});

test("and the room of a large file is given back in turns", async () => {
  let looks = 0;
  const clock = { ...systemClock, now: () => 5 * looks++ };
  const large = (name: string) => `${name}(first, second, third);\n`.repeat(10_000);
  const { folder, model } = await learn(
    { "a.ts": large("kept"), "b.ts": large("left") },
    { clock },
  );
  const { indexBytes, tokens } = model.status();
  rmSync(join(folder, "b.ts"));
  model.filesChanged([join(folder, "b.ts")]);
  looks = 0;
  await model.whenIndexed();
  expect(looks).toBeGreaterThan(tokens / 2 / 5000);
  expect(model.status().tokens).toBe(tokens / 2);
  expect(model.status().indexBytes).toBeLessThan(indexBytes * 0.7);
  expect(offerAt(model, join(folder, "main.ts"), "kept(first, ‸")).toBe(
    "kept(first, ⟦second, third);⟧",
  );
});
