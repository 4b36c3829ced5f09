/** The usage on disk and on its page: what several servers wrote, what nobody can read, what a stranger wrote. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { costOf, parsePrice, priceOf } from "../../../server/session/usage/prices.ts";
import { appendUsage, dateOf, readUsage } from "../../../server/session/usage/usage-files.ts";
import { totalOf, usagePage } from "../../../server/session/usage/usage-page.ts";
import { UsageRecorder } from "../../../server/session/usage/usage-recorder.ts";
import {
  emptyRow,
  firstTextQuantile,
  stepOf,
  sumOf,
  type UsageRow,
} from "../../../server/session/usage/usage-row.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const key = { language: "python", provider: "mistral", model: "codestral-latest" };

function row(counts: Partial<UsageRow>): UsageRow {
  return { ...emptyRow(key), ...counts };
}

test("several servers that append to one day lose nothing, and only the user can read it", async () => {
  const folder = temporaryFolder("fim-usage-");
  for (let server = 0; server < 20; server++) {
    appendUsage(folder, "2026-11-28", [
      row({ requests: 1, shown: 2, firstText: { [stepOf(200)]: 1 } }),
    ]);
  }
  appendUsage(folder, "2026-11-27", [row({ requests: 5 })]);
  const days = await readUsage(folder, 30);
  expect(days.map(({ date }) => date)).toEqual(["2026-11-27", "2026-11-28"]);
  const total = totalOf(days[1]?.rows ?? []);
  expect(total).toMatchObject({ requests: 20, shown: 40 });
  expect(await readUsage(folder, 1)).toHaveLength(1);
  const file = join(folder, "usage", "2026-11-28.jsonl");
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("lines that no server wrote are left out or made harmless", async () => {
  const folder = temporaryFolder("fim-usage-");
  mkdirSync(join(folder, "usage"));
  const lines = [
    '{"language":"go","provider":"x","model":"<script>alert(1)</script>","requests":3,"shown":1}',
    '{"language":"go","requests":-4,"tokensIn":"many","cost":null,"firstText":{"x":1,"8":2}}',
    "{",
    "[]",
    "null",
    "",
  ];
  writeFileSync(join(folder, "usage", "2026-11-28.jsonl"), lines.join("\n"));
  writeFileSync(join(folder, "usage", "notes.txt"), "not ours");
  const days = await readUsage(folder, 30);
  expect(days[0]?.rows).toHaveLength(2);
  expect(totalOf(days[0]?.rows ?? [])).toMatchObject({ requests: 3, tokensIn: 0, cost: 0 });
  const page = usagePage(days);
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toMatch(/https?:|src=|@import/);
});

test("the quantiles of the time to the first text are within a tenth", () => {
  const times = Array.from({ length: 100 }, (_, at) => 100 + at * 10);
  const merged = times.reduce(
    (sum, ms) => sumOf(sum, row({ firstText: { [stepOf(ms)]: 1 } })),
    emptyRow(key),
  );
  expect(firstTextQuantile(merged, 0.5)).toBeGreaterThan(595 * 0.9);
  expect(firstTextQuantile(merged, 0.5)).toBeLessThan(595 * 1.1);
  expect(firstTextQuantile(emptyRow(key), 0.5)).toBeUndefined();
});

describe("prices", () => {
  test("cached input is billed apart, and the user's own price comes first", () => {
    const price = priceOf("codestral-2508");
    const tokens = { input: 2_000_000, cachedInput: 1_000_000, output: 1_000_000 };
    expect(price && costOf(price, tokens)).toBeCloseTo(0.3 + 0.03 + 0.9);
    expect(priceOf("codestral-2508", ["codestral=1,0.5,2"])?.output).toBe(2);
    expect(priceOf("qwen2.5-coder")).toBeUndefined();
  });
  test.each(["codestral", "codestral=1,2", "=1,2,3", "a=x,1,2"])("%j is no price", (text) => {
    expect(parsePrice(text)).toBeUndefined();
  });
});

describe("the recorder", () => {
  function recorder(isOn: boolean) {
    const folder = temporaryFolder("fim-usage-");
    const clock = createFakeClock();
    const usage = new UsageRecorder({
      clock,
      stateFolder: folder,
      languageOf: () => "python",
      settings: () => ({ "usage.record": isOn, "usage.prices": [] }),
    });
    return { folder, clock, usage };
  }
  const shown = { kind: "shown", uri: "file:///a.py", provider: "mistral", model: "m" } as const;

  test("writes once a minute, and nothing when nothing happened", async () => {
    const { folder, clock, usage } = recorder(true);
    usage.note(shown);
    usage.note({ ...shown, kind: "heldBack" });
    usage.note({ ...shown, kind: "accepted", length: 7, isWhole: false });
    expect(await readUsage(folder, 30)).toEqual([]);
    await clock.advance(60_000);
    const [day] = await readUsage(folder, 30);
    expect(day?.date).toBe(dateOf(clock.wallTime()));
    expect(day?.rows).toMatchObject([
      { shown: 1, heldBack: 1, acceptedPart: 1, charactersAccepted: 7 },
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("writes no file while it is off", async () => {
    const { folder, usage } = recorder(false);
    usage.note(shown);
    usage.flush();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("holds numbers and names of models, never a path or text", () => {
    const { folder, usage } = recorder(true);
    usage.note({ ...shown, uri: "file:///home/me/secret-plan.py" });
    usage.flush();
    const [name = ""] = readdirSync(join(folder, "usage"));
    expect(readFileSync(join(folder, "usage", name), "utf8")).toBe(
      '{"language":"python","provider":"mistral","model":"m","shown":1}\n',
    );
  });
});
