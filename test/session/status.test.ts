/** What the session counts, and what its status and its log tell of each request. */
import { describe, expect, test } from "vitest";

import type { Log } from "../../server/base/log.ts";
import { createHarness, type Editor, type Harness } from "./harness.ts";

describe("status", () => {
  test("counts tokens as billed, and their price", async () => {
    const { clock, editor, session } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({
        text: "compute(b);",
        usage: { promptTokens: 1_000_000 as never, completionTokens: 1_000_000 as never },
      }),
      provider: { model: "codestral-latest" },
    });
    await clock.until(editor.ask());
    const { counters } = session.status();
    expect(counters).toMatchObject({ requests: 1, shown: 1, tokensIn: 1_000_000 });
    expect(counters.tokensOut).toBe(1_000_000);
    expect(counters.estimatedCost).toBeCloseTo(1.2);
  });

  test("says how the last request ended, without text", async () => {
    const { clock, editor, session } = await createHarness({
      text: "let secretName = ‸\n",
      answer: () => "secretValue;",
    });
    await clock.until(editor.ask());
    const status = session.status();
    expect(status.lastOutcome).toEqual({ kind: "suggested", reason: "network", tookMs: 100 });
    expect(status.provider?.state.kind).toBe("ready");
    expect(JSON.stringify(status)).not.toContain("secret");
  });

  test("counts each way to an answer", async () => {
    const { clock, editor, session } = await createHarness({
      text: "let a = ‸\n",
      answer: () => "compute(left);",
    });
    const gained = counting(session);
    const ask = async (at: Editor = editor): Promise<void> => void (await clock.until(at.ask()));

    await ask();
    expect(gained()).toEqual({ asked: 1, requests: 1, shown: 1 });
    editor.type("com");
    await ask();
    expect(gained()).toEqual({ asked: 1, typedThrough: 1 });

    editor.type("x");
    editor.backspace();
    session.clearCache();
    const cancel = new AbortController();
    void editor.ask({ trigger: "invoked" }, cancel.signal);
    await clock.advance(50);
    cancel.abort();
    await clock.settle();
    editor.type("c");
    expect(gained()).toEqual({ asked: 1, requests: 1 });
    await ask();
    expect(gained()).toMatchObject({ asked: 1, joined: 1, shown: 1 });

    editor.type("ompute(left);");
    expect(gained()).toEqual({ accepted: 1, charactersAccepted: 13 });
    await clock.advance(31_000);
    expect(gained()).toEqual({ judged: 1, retained: 1 });
  });

  test("counts what is found again, and what is given up", async () => {
    const { clock, editor, session } = await createHarness({
      text: "let a = ‸\n",
      answer: ({ site }) => (site.linePrefix === "let a = " ? "compute();" : "Name();"),
    });
    const gained = counting(session);
    const ask = (): Promise<unknown> => clock.until(editor.ask({ trigger: "invoked" }));
    await ask();
    editor.type("other");
    await ask();
    expect(gained()).toEqual({ asked: 2, requests: 2, shown: 2 });
    editor.backspace(5);
    await ask();
    expect(gained()).toEqual({ asked: 1, fromCache: 1, shown: 1 });
    editor.type("a");
    void editor.ask({ trigger: "invoked" });
    editor.type("b\n");
    await ask();
    expect(gained()).toEqual({ asked: 2, requests: 2, cancelled: 1, shown: 1 });
  });

  test("counts the tokens that nobody needed", async () => {
    const { clock, editor, session } = await createHarness({
      text: "let a = ‸;\n",
      answer: () => ({
        text: "one",
        usage: {
          promptTokens: 40 as never,
          cachedTokens: 30 as never,
          completionTokens: 21 as never,
        },
      }),
    });
    await clock.until(editor.ask({ trigger: "invoked" }));
    expect(session.status().counters).toMatchObject({
      tokensIn: 40,
      cachedTokensIn: 30,
      tokensOut: 21,
      lateTokens: 20,
    });
  });
});

/** What the counters have gained since the last call; tokens and prices apart. */
function counting(session: Harness["session"]): () => Readonly<Record<string, number>> {
  const read = (): Readonly<Record<string, number | undefined>> => ({
    ...session.status().counters,
  });
  let before = read();
  return () => {
    const now = read();
    const gained = Object.entries(now)
      .filter(([name]) => !/tokens|cost/i.test(name))
      .map(([name, value]): [string, number] => [name, (value ?? 0) - (before[name] ?? 0)])
      .filter(([, count]) => count !== 0);
    before = now;
    return Object.fromEntries(gained);
  };
}

describe("the log", () => {
  async function linesAt(level: Log["level"]): Promise<readonly string[]> {
    const lines: string[] = [];
    const log: Log = { level, write: (severity, message) => lines.push(`${severity} ${message}`) };
    const { clock, editor } = await createHarness({
      text: "let secretName = ‸\n",
      answer: () => "secretValue;",
      log,
    });
    void editor.ask();
    editor.type("x");
    await clock.until(editor.ask());
    await editor.ask({ surface: "menu", trigger: "invoked" });
    editor.type(";");
    await editor.ask();
    return lines;
  }

  test("has at debug one line for each request, of how it ended and how long it took, without text", async () => {
    expect(await linesAt("debug")).toEqual([
      "debug inline automatic: superseded, 0.0 ms",
      expect.stringMatching(
        /^debug inline automatic: suggested 12 characters \(network, probability 0\.\d\d\), \d{3}\.0 ms$/,
      ),
      expect.stringMatching(
        /^debug menu invoked: suggested 12 characters \(typedThrough, probability 0\.\d\d\), 0\.0 ms$/,
      ),
      "debug inline automatic: skipped (statementClosed), 0.0 ms",
    ]);
  });

  test("has none at info", async () => {
    expect(await linesAt("info")).toEqual([]);
  });
});
