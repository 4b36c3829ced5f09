/** Words come with every key: those that no text holds any more are forgotten, all others are kept. */
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../server/base/clock.ts";
import { Vocabulary } from "../../server/workspace-model/tokens/vocabulary.ts";
import { seededRandom } from "../support/random.ts";
import { learn, offerAt, snapshotOf } from "./learn.ts";

test("days of typing leave a bounded vocabulary, and what is known stays known", async () => {
  const source = "export const measureWidth = computeLength(sourceText, lineEnd);\n".repeat(5);
  const { folder, model } = await learn({ "known.ts": source });
  const asked = "export const measureWidth = computeLength(‸\n";
  const before = offerAt(model, join(folder, "open.ts"), asked);
  expect(before).toContain("⟦sourceText, lineEnd);⟧");
  const random = seededRandom(1);
  const path = join(folder, "typed.ts");
  let most = 0;
  for (let change = 0; change < 300; change++) {
    const words = Array.from({ length: 200 }, () => `w${random.below(1e9)}`);
    model.documentChanged(snapshotOf(path, `${words.join(" ")}\n`));
    await model.whenIndexed();
    most = Math.max(most, model.status().words);
  }
  // 60,000 have been typed.
  expect(most).toBeLessThan(6000);
  expect(offerAt(model, join(folder, "open.ts"), asked)).toBe(before);
  const fresh = "const freshName = freshCall(freshArgument);\n".repeat(3);
  expect(offerAt(model, path, `${fresh}const freshName = fresh‸\n`)).toContain(
    "⟦Call(freshArgument);⟧",
  );
});

test("a full vocabulary takes new words after a sweep", () => {
  const vocabulary = new Vocabulary(100);
  const numbers = Array.from({ length: 200 }, (_, index) => vocabulary.intern(`word${index}`));
  const kept = numbers[40] ?? 0;
  expect(vocabulary.text(kept)).toBe("word40");
  expect(vocabulary.text(vocabulary.intern("later"))).toBe("");
  vocabulary.clearMarks();
  vocabulary.mark(kept);
  vocabulary.sweep(0, vocabulary.end);
  const later = vocabulary.intern("later");
  expect(vocabulary.text(later)).toBe("later");
  expect(vocabulary.isIdentifier(later)).toBe(true);
  expect(vocabulary.text(vocabulary.intern("123"))).toBe("123");
  expect(vocabulary.isIdentifier(vocabulary.intern("123"))).toBe(false);
  expect(vocabulary.intern("word40")).toBe(kept);
  expect(vocabulary.size).toBeLessThan(100);
});

test("words are forgotten in many turns, and the model answers between any two", async () => {
  let now = 0;
  // Whoever asks whether its turn is over is told so.
  const clock = { ...systemClock, now: () => (now += 1000) };
  const source = "export const measureWidth = computeLength(sourceText, lineEnd);\n".repeat(5);
  const { folder, model } = await learn({ "known.ts": source }, { clock });
  const asked = () => offerAt(model, join(folder, "open.ts"), "const a = computeLength(‸\n");
  const offered = asked();
  expect(offered).toContain("⟦sourceText, lineEnd);⟧");
  const lines = Array.from({ length: 20_000 }, (_, word) => `word${word};\n`);
  const long = snapshotOf(join(folder, "long.ts"), lines.join(""));
  model.documentChanged(long);
  await model.whenIndexed();
  const most = model.status().words;
  model.documentClosed(long.uri);
  model.documentChanged(snapshotOf(join(folder, "next.ts"), ""));
  const counts = new Set<number>();
  for (let turn = 0; turn < 100; turn++) {
    await nextTurn();
    expect(asked()).toBe(offered);
    counts.add(model.status().words);
  }
  const least = Math.min(...counts);
  expect(least).toBeLessThan(1000);
  expect([...counts].filter((words) => words < most && words > least).length).toBeGreaterThan(2);
});
