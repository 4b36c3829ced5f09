/** Failures of the provider: how long it is left alone, what the user hears, how often. */
import { describe, expect, test } from "vitest";

import type { CompletionFailure } from "../../server/engine/outcome.ts";
import { ProviderError } from "../../server/providers/provider.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import { createHarness, offered, type Harness, type HarnessOptions } from "./harness.ts";

type Failure = Omit<CompletionFailure, "message" | "isRetryable">;

function failing(...failures: readonly (Failure | undefined)[]): HarnessOptions {
  return {
    text: "let a = ‸\n",
    answer: (_, index) => {
      const failure = failures[Math.min(index, failures.length - 1)];
      if (failure === undefined) return "1;";
      const error = new ProviderError({
        message: `${failure.kind}: do this.`,
        isRetryable: true,
        ...failure,
      });
      return { text: "", latencyMs: 10, error };
    },
    settings: { "workspaceModel.role": "off" },
  };
}

/** A new automatic request at another place, so that nothing known answers it. */
async function next({ clock, editor }: Harness): Promise<string> {
  editor.type("b");
  return offered(await clock.until(editor.ask()));
}

/** How long the provider is left alone after a failure, to the second. */
async function pauseSeconds(harness: Harness): Promise<number> {
  for (let seconds = 0; seconds < 200; seconds++) {
    const { provider } = harness;
    const before = provider.seen.length;
    await next(harness);
    if (provider.seen.length > before) return seconds;
    await harness.clock.advance(1000);
  }
  return Number.POSITIVE_INFINITY;
}

describe("a cool-down", () => {
  const growing = [
    { kind: "unreachable", pauses: [2, 4, 8, 16, 32, 60, 60] },
    { kind: "unavailable", status: 503, pauses: [1, 2, 4, 8, 16, 30, 30] },
  ] as const;
  for (const { pauses, ...failure } of growing) {
    test(`after ${failure.kind} doubles up to its bound`, async () => {
      const harness = await createHarness(failing(failure));
      await next(harness);
      const seen: number[] = [];
      for (const _ of pauses) seen.push(await pauseSeconds(harness));
      expect(seen).toEqual(pauses);
    });
  }

  test("after 429 is what the provider says", async () => {
    const harness = await createHarness(failing({ kind: "rateLimited", retryAfterMs: 7000 }));
    await next(harness);
    expect(await next(harness)).toBe("skipped: coolingDown");
    expect(await pauseSeconds(harness)).toBe(7);
  });

  test("after 429 without a time grows, spread by chance", async () => {
    const harness = await createHarness(failing({ kind: "rateLimited" }));
    await next(harness);
    const pauses = [await pauseSeconds(harness), await pauseSeconds(harness)];
    expect(pauses).toEqual([1, 2]);
  });

  test("needs three deadlines in a row", async () => {
    const harness = await createHarness(failing({ kind: "timeout" }));
    for (let times = 0; times < 3; times++) expect(await next(harness)).toBe("failed");
    expect(await next(harness)).toBe("skipped: coolingDown");
  });

  test("ends with the first success, which also counts the failures from nothing", async () => {
    const failure = { kind: "unreachable" } as const;
    const harness = await createHarness(failing(failure, failure, undefined, failure));
    await next(harness);
    await pauseSeconds(harness);
    await pauseSeconds(harness);
    expect(harness.session.status().provider?.state.kind).toBe("ready");
    harness.editor.type("x");
    harness.session.clearCache();
    await next(harness);
    expect(await pauseSeconds(harness)).toBe(2);
  });

  test("does not hold back a user who asks by key", async () => {
    const harness = await createHarness(failing({ kind: "unreachable" }, undefined));
    await next(harness);
    harness.editor.type("c");
    const outcome = await harness.clock.until(harness.editor.ask({ trigger: "invoked" }));
    expect(offered(outcome)).toBe("1;");
  });
});

describe("a provider is off until it is configured again", () => {
  test.each([
    { kind: "unauthorized", status: 401 },
    { kind: "unauthorized", status: 403 },
    { kind: "rejected", status: 404, isRetryable: false },
    { kind: "rejected", status: 422, isRetryable: false },
    { kind: "rejected", status: 400, isRetryable: false, isPermanent: true },
  ] as const)("after $status", async (failure) => {
    const harness = await createHarness({
      ...failing(failure, undefined),
      answer: (_, index) =>
        index > 0
          ? "1;"
          : {
              text: "",
              error: new ProviderError({ message: "m", isRetryable: false, ...failure }),
            },
    });
    await next(harness);
    await harness.clock.advance(3_600_000);
    expect(await next(harness)).toBe("skipped: providerOff");
    expect(harness.session.status().provider?.state).toMatchObject({ kind: "off", message: "m" });
    // Asking by key says again what is wrong, and sends nothing.
    const invoked = await harness.editor.ask({ trigger: "invoked" });
    expect(invoked).toMatchObject({ kind: "failed", failure: { message: "m" } });
    expect(harness.provider.seen).toHaveLength(1);

    const { provider, session } = harness;
    session.configure({ settings: defaultSettings, provider, localSource: undefined });
    expect(await next(harness)).toBe("1;");
  });

  test("but not when its warm-up is refused: a gateway may refuse its list and complete", async () => {
    const failure = { kind: "unauthorized", message: "wrong key", isRetryable: false } as const;
    const harness = await createHarness({
      ...failing(undefined),
      provider: { facts: { failure } },
    });
    expect(await next(harness)).toBe("1;");
    expect(harness.notices).toEqual([]);
  });
});

describe("the user hears", () => {
  test.each([
    [false, 1],
    [true, 0],
    [undefined, 0],
  ])(
    "of a model that cannot fill in the middle (%s), and what to take",
    async (supportsFim, times) => {
      const facts = supportsFim === undefined ? {} : { supportsFim };
      const provider = { facts, model: "llama3.1:8b" };
      const harness = await createHarness({ ...failing(undefined), provider });
      expect(await next(harness)).toBe("1;");
      expect(harness.notices).toHaveLength(times);
      for (const { message } of harness.notices) {
        expect(message).toMatch(/llama3\.1:8b is not known to fill in the middle.*qwen2\.5-coder/);
      }
    },
  );

  test("of a failure once, and of its end", async () => {
    const failure = { kind: "unreachable" } as const;
    const harness = await createHarness(failing(failure, failure, failure, undefined));
    await next(harness);
    for (let times = 0; times < 3; times++) await pauseSeconds(harness);
    expect(harness.notices).toEqual([
      {
        severity: "warning",
        message: "Start the model server: 127.0.0.1:1 cannot be reached.",
        detail: "unreachable: do this.",
      },
      { severity: "info", message: "Suggestions are back: 127.0.0.1:1 answers again." },
    ]);
  });

  test("nothing of one deadline that passed", async () => {
    const harness = await createHarness(failing({ kind: "timeout" }, undefined));
    await next(harness);
    await next(harness);
    expect(harness.notices).toEqual([]);
  });

  test("of a provider that fails every other minute no oftener than every ten", async () => {
    const failure = { kind: "unavailable" } as const;
    const harness = await createHarness({
      ...failing(failure),
      answer: (_, index) =>
        index % 2 === 1
          ? "1;"
          : {
              text: "",
              error: new ProviderError({ message: "down", isRetryable: true, ...failure }),
            },
    });
    for (let minute = 0; minute < 16; minute++) {
      harness.session.clearCache();
      await next(harness);
      await harness.clock.advance(60_000);
    }
    const warnings = harness.notices.filter(({ severity }) => severity === "warning");
    expect(warnings).toHaveLength(2);
  });
});

describe("one more try", () => {
  test("is made with a smaller prompt when it was too long", async () => {
    const harness = await createHarness(
      failing({ kind: "rejected", status: 400, isPromptTooLong: true }, undefined),
    );
    expect(await next(harness)).toBe("1;");
    expect(harness.provider.seen).toHaveLength(2);
    expect(harness.notices).toEqual([]);
  });

  test.each([
    { kind: "unavailable", status: 503 },
    { kind: "rateLimited", status: 429, retryAfterMs: 1500 },
  ] as const)("is made for a key press after $status", async (failure) => {
    const harness = await createHarness(failing(failure, undefined));
    const outcome = await harness.clock.until(harness.editor.ask({ trigger: "invoked" }));
    expect(offered(outcome)).toBe("1;");
    expect(harness.clock.now()).toBeLessThanOrEqual(2200);
  });

  test("is not made while typing, nor when it would take long", async () => {
    const typing = await createHarness(failing({ kind: "unavailable" }, undefined));
    expect(await next(typing)).toBe("failed");
    const long = await createHarness(
      failing({ kind: "rateLimited", retryAfterMs: 60_000 }, undefined),
    );
    const outcome = await long.clock.until(long.editor.ask({ trigger: "invoked" }));
    expect(outcome.kind).toBe("failed");
    expect(long.provider.seen).toHaveLength(1);
  });
});

test("a model that answers as in a chat is told once, with others to take", async () => {
  const harness = await createHarness({
    text: "let a = ‸\n",
    answer: (_, index) =>
      index === 0 ? "1;" : "<think>\nThe user wants a number, which should be small.\n</think>",
    provider: { model: "llama3.1:8b" },
    settings: { "workspaceModel.role": "off" },
  });
  expect(await next(harness)).toBe("1;");
  expect(harness.notices).toEqual([]);
  harness.editor.type(" + ");
  expect(await next(harness)).toBe("dropped: chatAnswer");
  harness.editor.type(" + ");
  expect(await next(harness)).toBe("dropped: chatAnswer");
  expect(harness.notices.map(({ message }) => message)).toEqual([
    "llama3.1:8b answers as in a chat and does not fill in the middle. Take qwen2.5-coder or codestral, for example.",
  ]);
});
