/** How often the provider is asked: what its limits are, how they are learnt, and that nothing queues. */
import { describe, expect, test } from "vitest";

import type { TokenCount } from "../../server/engine/document.ts";
import { ProviderError } from "../../server/providers/provider.ts";
import { createHarness, offered, type Harness, type HarnessOptions } from "./harness.ts";

describe("requests", () => {
  /** Asks at new places, four times a second by default, without waiting for answers. */
  async function sentIn(harness: Harness, seconds: number, everyMs = 250): Promise<number> {
    const before = harness.provider.seen.length;
    for (let ms = 0; ms < seconds * 1000; ms += everyMs) {
      harness.editor.type(`${harness.clock.now()}\n`);
      void harness.editor.ask();
      await harness.clock.advance(everyMs);
    }
    return harness.provider.seen.length - before;
  }

  const quick: HarnessOptions = {
    text: "let a = ‸\n",
    answer: () => ({ text: "wrong", latencyMs: 5 }),
  };

  /** The request with this index is refused for its rate, and may be tried again at once. */
  function refusing(...indexes: readonly number[]): HarnessOptions {
    const error = new ProviderError({
      kind: "rateLimited",
      message: "",
      isRetryable: true,
      retryAfterMs: 1,
    });
    return {
      ...quick,
      answer: (_, index) =>
        indexes.includes(index) ? { text: "", error } : { text: "wrong", latencyMs: 5 },
    };
  }

  test("are not limited where nothing is known", async () => {
    expect(await sentIn(await createHarness(quick), 10)).toBe(40);
  });

  test("beyond the setting are skipped", async () => {
    const settings = { "provider.maxRequestsPerMinute": 20, "workspaceModel.role": "off" } as const;
    const harness = await createHarness({ ...quick, settings });
    expect(await sentIn(harness, 30)).toBeLessThanOrEqual(11);
    expect(harness.provider.seen.length).toBeGreaterThanOrEqual(9);
    await harness.clock.advance(3000);
    for (const expected of ["wrong", "skipped: rateLimited"]) {
      harness.editor.type("q\n");
      expect(offered(await harness.clock.until(harness.editor.ask()))).toBe(expected);
    }
  });

  test("wait for their turn where it is near and the text stays, else they are superseded", async () => {
    const settings = { "provider.maxRequestsPerMinute": 60 };
    const { clock, editor, provider } = await createHarness({ ...quick, settings });
    await clock.until(editor.ask());
    await clock.advance(300);
    editor.type("1\n");
    const overtaken = editor.ask();
    await clock.advance(300);
    expect(provider.seen).toHaveLength(1);
    editor.type("2\n");
    expect(offered(await overtaken)).toBe("superseded");
    expect(offered(await clock.until(editor.ask()))).toBe("wrong");
    expect(provider.seen.map(({ at }) => at)).toEqual([0, 1000]);
  });

  test("keep the limit that the warm-up tells", async () => {
    const harness = await createHarness({
      ...quick,
      provider: { facts: { requestsPerMinute: 60 } },
    });
    expect(await sentIn(harness, 10)).toBeLessThanOrEqual(11);
  });

  test("keep the limit that the headers of an answer tell", async () => {
    const harness = await createHarness({ ...quick, provider: { requestsPerMinute: 60 } });
    expect(await sentIn(harness, 10)).toBeLessThanOrEqual(12);
  });

  test("are sent a second apart after one was refused that came sooner", async () => {
    const harness = await createHarness(refusing(20));
    expect(await sentIn(harness, 5.25)).toBe(21);
    const sent = await sentIn(harness, 60);
    expect(sent).toBeGreaterThan(40);
    const times = harness.provider.seen.slice(21).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(1000);
  });

  test("are fewer a minute after one was refused that did not come soon", async () => {
    const harness = await createHarness(refusing(40));
    expect(await sentIn(harness, 61.5, 1500)).toBe(41);
    // Four fifths of the 40 of the last minute.
    const sent = await sentIn(harness, 60, 100);
    expect(sent).toBeGreaterThan(30);
    expect(sent).toBeLessThan(34);
  });

  test("try a guessed limit again after two minutes, and the next time after four", async () => {
    const harness = await createHarness(refusing(8, 70));
    await sentIn(harness, 2.25);
    const isSlow = async (): Promise<boolean> => (await sentIn(harness, 10)) < 20;
    await harness.clock.advance(105_000);
    expect(await isSlow()).toBe(true);
    await harness.clock.advance(10_000);
    expect(await isSlow()).toBe(false);
    while (harness.provider.seen.length < 71) await sentIn(harness, 1);
    await harness.clock.advance(220_000);
    expect(await isSlow()).toBe(true);
    await harness.clock.advance(10_000);
    expect(await isSlow()).toBe(false);
  });
});

describe("a plan of one request a second and 50,000 tokens a minute", () => {
  const minutes = 10;

  interface Plan {
    readonly told: boolean;
  }

  /** Types a key each fifth of a second into a long file for ten minutes; every suggestion is wrong. */
  async function play({ told }: Plan) {
    const limits = { requestsPerMinute: 60, tokensPerMinute: 50_000 };
    const answerTokens = 20 as TokenCount;
    const refused = { requests: 0, tokens: 0 };
    let lastAt = Number.NEGATIVE_INFINITY;
    let minute = { from: 0, tokens: 0 };
    const harness = await createHarness({
      text: `${"const value = compute(left, right);\n".repeat(400)}‸`,
      settings: { "workspaceModel.role": "off" },
      provider: told ? limits : {},
      answer({ prompt }) {
        const now = harness.clock.now();
        if (now - minute.from >= 60_000) minute = { from: now, tokens: 0 };
        const tokens = prompt.estimatedTokens + answerTokens;
        const isTooMuch = minute.tokens + tokens > limits.tokensPerMinute;
        if (now - lastAt < 1000 || isTooMuch) {
          refused[isTooMuch ? "tokens" : "requests"] += 1;
          // What is left of the minute is told only where the limit is.
          const wait = told && isTooMuch ? { retryAfterMs: 60_000 } : {};
          const facts = { kind: "rateLimited", message: "", isRetryable: true } as const;
          return { text: "", latencyMs: 50, error: new ProviderError({ ...facts, ...wait }) };
        }
        lastAt = now;
        minute.tokens += tokens;
        return {
          text: "unlikely();",
          latencyMs: 200,
          usage: { promptTokens: prompt.estimatedTokens, completionTokens: answerTokens },
        };
      },
    });
    const shown = Array.from({ length: minutes }, () => 0);
    let open = 0;
    for (let key = 0; key < minutes * 240; key++) {
      harness.editor.type(
        key % 12 === 0 ? `\nline${key} = ` : String.fromCharCode(97 + (key % 26)),
      );
      open += 1;
      void harness.editor.ask().then((outcome) => {
        open -= 1;
        const index = Math.min(minutes - 1, Math.floor(harness.clock.now() / 60_000));
        if (outcome.kind === "suggested") shown[index] = (shown[index] ?? 0) + 1;
        return undefined;
      });
      // A second's rest before each new line.
      await harness.clock.advance(key % 12 === 11 ? 1000 : 200);
      expect(open).toBeLessThanOrEqual(1);
      expect(harness.provider.running).toBeLessThanOrEqual(1);
    }
    await harness.close();
    const inAll = shown.reduce((sum, count) => sum + count, 0);
    return {
      refused,
      shown: { least: Math.min(...shown), inAll },
      sent: harness.provider.seen.length,
    };
  }

  test("that its headers tell is used without a refusal", async () => {
    const { refused, shown, sent } = await play({ told: true });
    expect(refused.requests).toBeLessThanOrEqual(1);
    expect(refused.tokens).toBeLessThanOrEqual(1);
    expect(shown.least).toBeGreaterThan(2);
    expect(shown.inAll).toBeGreaterThan(60);
    expect(sent).toBeGreaterThan(minutes * 25);
  });

  test("that no header tells is found by few refusals", async () => {
    const { refused, shown } = await play({ told: false });
    expect(refused.requests + refused.tokens).toBeLessThanOrEqual(12);
    expect(shown.least).toBeGreaterThan(2);
    expect(shown.inAll).toBeGreaterThan(50);
  });
});
