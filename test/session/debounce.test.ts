/** When a request goes out. Times are virtual. */
import { describe, expect, test } from "vitest";

import { createHarness, offered, type Harness } from "./harness.ts";

/** Milliseconds from the last key to the last request that the provider saw. */
function sentAfter({ provider }: Harness, keyAt: number): number {
  return (provider.seen.at(-1)?.at ?? Number.NaN) - keyAt;
}

async function typeAndAsk(harness: Harness, text: string): Promise<number> {
  harness.editor.type(text);
  const keyAt = harness.clock.now();
  void harness.editor.ask();
  await harness.clock.advance(5000);
  return keyAt;
}

describe("an automatic request", () => {
  test("waits for the setting after a key", async () => {
    const harness = await createHarness({
      text: "let a‸\n",
      answer: () => " = 1;",
      settings: { "trigger.debounceMs": 120 },
    });
    expect(sentAfter(harness, await typeAndAsk(harness, "b"))).toBe(120);
  });

  test("goes out at once on a fresh line, on opening and where no key was pressed", async () => {
    const harness = await createHarness({ text: "let a;‸\n", answer: () => "let b;" });
    expect(sentAfter(harness, await typeAndAsk(harness, "\n  "))).toBe(0);
    const opened = harness.open("file:///b.ts", "let b‸\n");
    const openedAt = harness.clock.now();
    void opened.ask();
    await harness.clock.advance(10);
    expect(sentAfter(harness, openedAt)).toBe(0);
  });

  test("goes out at once after an acceptance that leaves more to say", async () => {
    const harness = await createHarness({
      text: "function f() {\n  ‸\n}\n",
      answer: (_, index) => (index === 0 ? "const total = sum(items)" : "\n  return total;"),
    });
    await harness.clock.until(harness.editor.ask());
    await harness.clock.advance(3000);
    expect(sentAfter(harness, await typeAndAsk(harness, "const total = sum(items)"))).toBe(0);
    expect(harness.session.status().counters).toMatchObject({
      accepted: 1,
      charactersAccepted: 24,
    });
  });

  test("is never sent while keys keep coming", async () => {
    const harness = await createHarness({ text: "let a = ‸\n", answer: () => "1;" });
    for (const key of "compute") {
      harness.editor.type(key);
      void harness.editor.ask();
      await harness.clock.advance(60);
    }
    expect(harness.provider.seen).toHaveLength(0);
    await harness.clock.advance(20);
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("waits out a slip that contradicts what is shown", async () => {
    const harness = await createHarness({ text: "let a = ‸\n", answer: () => "compute();" });
    await harness.clock.until(harness.editor.ask());
    harness.editor.type("x");
    void harness.editor.ask();
    await harness.clock.advance(300);
    harness.editor.backspace();
    expect(offered(await harness.editor.ask())).toBe("compute();");
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("waits longer the more answers were contradicted, and less again when they are right", async () => {
    let next = "";
    const harness = await createHarness({ text: "let a = ‸\n", answer: () => next });
    /** Five keys that follow or contradict what is shown, then a pause; the wait before the request. */
    const round = async (answer: string): Promise<number> => {
      for (const key of "ab ab") {
        harness.editor.type(key);
        await harness.editor.ask({}, AbortSignal.abort());
      }
      next = answer;
      return sentAfter(harness, await typeAndAsk(harness, "c"));
    };
    const first = await round("wrong");
    const waits: number[] = [];
    for (let index = 0; index < 8; index++) waits.push(await round("wrong"));
    expect(first).toBe(75);
    expect(waits.at(-1)).toBeGreaterThan(120);
    expect(waits.at(-1)).toBeLessThanOrEqual(1000);
    for (let index = 0; index < 8; index++) waits.push(await round("ab ab"));
    expect(waits.at(-1)).toBeLessThan(100);
  });

  test("setting 0 switches all waiting off", async () => {
    const harness = await createHarness({
      text: "let a‸\n",
      answer: () => " = 1;",
      settings: { "trigger.debounceMs": 0 },
    });
    expect(sentAfter(harness, await typeAndAsk(harness, "b"))).toBe(0);
  });
});

describe("a new suggestion", () => {
  test("is held back until the display delay is over, what is typed along is not", async () => {
    const harness = await createHarness({
      text: "let a‸\n",
      answer: () => ({ text: " = compute();", latencyMs: 10 }),
      settings: { "trigger.displayDelayMs": 400 },
    });
    harness.editor.type("b");
    const outcome = harness.editor.ask();
    expect(offered(await harness.clock.until(outcome))).toBe(" = compute();");
    expect(harness.clock.now()).toBe(400);
    expect(harness.provider.seen[0]?.at).toBe(75);
    harness.editor.type(" ");
    expect(offered(await harness.editor.ask())).toBe("= compute();");
    expect(harness.clock.now()).toBe(400);
  });
});

describe("a request by key", () => {
  test("goes out at once and passes every prefilter", async () => {
    const harness = await createHarness({ text: "let a = b‸ar(c);\n", answer: () => "az" });
    harness.editor.type("x");
    harness.editor.backspace();
    const pending = harness.editor.ask({ trigger: "invoked", hasSelection: true });
    await harness.clock.settle();
    expect(harness.provider.seen).toHaveLength(1);
    expect((await harness.clock.until(pending)).kind).toBe("suggested");
  });
});
