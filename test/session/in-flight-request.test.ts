/** One request per document is on its way, kept while its answer can agree, and every asker hears at once. */
import { describe, expect, test } from "vitest";

import type { CompletionOutcome } from "../../server/engine/outcome.ts";
import { createHarness, offered } from "./harness.ts";

const slow = { latencyMs: 600 };

/** What `promise` has become by now; "waiting" when it has not. */
async function now(promise: Promise<CompletionOutcome>): Promise<string> {
  return Promise.race([promise.then(offered), Promise.resolve().then(() => "waiting")]);
}

describe("a request on its way", () => {
  test("answers a newer position that types along", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "const total = ‸\n",
      answer: () => ({ text: "sum(items);", ...slow }),
    });
    const first = editor.ask();
    await clock.advance(200);
    editor.type("su");
    const second = editor.ask();
    expect(offered(await first)).toBe("superseded");
    expect(offered(await clock.until(second))).toBe("m(items);");
    expect(provider.seen).toHaveLength(1);
  });

  test("survives that every asker cancels and asks again", async () => {
    const { clock, editor, provider, session } = await createHarness({
      text: "const total = ‸\n",
      answer: () => ({ text: "sum(items);", ...slow }),
    });
    let last: Promise<CompletionOutcome> | undefined;
    let cancel = new AbortController();
    for (const key of ["", "s", "u", "m"]) {
      cancel.abort();
      cancel = new AbortController();
      if (key !== "") editor.type(key);
      last = editor.ask({}, cancel.signal);
      await clock.advance(150);
    }
    expect(offered((await (last && clock.until(last))) ?? { kind: "superseded" })).toBe("(items);");
    expect(provider.seen).toHaveLength(1);
    expect(session.status().counters).toMatchObject({ requests: 1, joined: 1, cancelled: 0 });
  });

  test("is given up when another text is asked about, and only then", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "const total = ‸\n",
      answer: (_, index) => ({ text: ["sum", "(items);"], pieceMs: 300, latencyMs: 50 + index }),
    });
    void editor.ask();
    await clock.advance(200);
    editor.type("x");
    await clock.advance(10);
    expect(provider.seen[0]?.abortedAt).toBeUndefined();
    const second = editor.ask();
    await clock.until(second);
    expect(provider.seen).toHaveLength(2);
    expect(provider.seen[0]?.abortedAt).toBeLessThanOrEqual(provider.seen[1]?.at ?? 0);
    expect(provider.seen[1]?.abortedAt).toBeUndefined();
  });

  test("is given up when nobody has asked for a second", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "const total = ‸\n",
      answer: () => ({ text: "sum(items);", latencyMs: 5000 }),
    });
    const cancel = new AbortController();
    void editor.ask({}, cancel.signal);
    await clock.advance(100);
    cancel.abort();
    await clock.advance(900);
    expect(provider.running).toBe(1);
    await clock.advance(200);
    expect(provider.running).toBe(0);
    expect(provider.seen[0]?.abortedAt).toBe(1100);
  });

  test("is given up when its document closes, but not when another one does", async () => {
    const { clock, editor, provider, session, open } = await createHarness({
      text: "const total = ‸\n",
      answer: () => ({ text: "sum(items);", ...slow }),
    });
    const other = open("file:///b.ts", "let b = ‸\n");
    const pending = editor.ask();
    await clock.advance(100);
    session.documents.close(other.uri);
    await clock.settle();
    expect(provider.running).toBe(1);
    session.documents.close(editor.uri);
    expect(offered(await pending)).toBe("superseded");
    await clock.settle();
    expect(provider.running).toBe(0);
  });

  test("runs beside one of another document", async () => {
    const { clock, editor, provider, open } = await createHarness({
      text: "const total = ‸\n",
      answer: ({ site }) => ({ text: `${site.document.uri.slice(-4)};`, ...slow }),
    });
    const other = open("file:///b.ts", "let b = ‸\n");
    const first = editor.ask();
    const second = other.ask();
    expect(offered(await clock.until(first))).toBe("a.ts;");
    expect(offered(await clock.until(second))).toBe("b.ts;");
    expect(provider.seen).toHaveLength(2);
  });

  test("whose stream contradicts what was typed meanwhile is replaced before it ends", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "const total = ‸\n",
      answer: (_, index) =>
        index === 0
          ? { text: ["sum", "(items)", ";"], latencyMs: 300, pieceMs: 1000 }
          : { text: "unt(items);", latencyMs: 50 },
    });
    void editor.ask();
    await clock.advance(100);
    editor.type("co");
    const second = editor.ask();
    expect(offered(await clock.until(second))).toBe("unt(items);");
    expect(provider.seen).toHaveLength(2);
    expect(clock.now()).toBeLessThan(1300);
  });

  test("that fails answers everyone who waits, and is not kept", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "const total = ‸\n",
      answer: (_, index) =>
        index === 0 ? { text: "", latencyMs: 300, error: new Error("broken") } : "sum;",
    });
    expect((await clock.until(editor.ask())).kind).toBe("failed");
    await clock.advance(5000);
    expect(offered(await clock.until(editor.ask()))).toBe("sum;");
    expect(provider.seen).toHaveLength(2);
  });

  test("of a provider that hears nothing still ends for the session", async () => {
    const { clock, editor, session } = await createHarness({
      text: "const total = ‸\n",
      answer: () => ({ text: "", isDeaf: true }),
    });
    const pending = editor.ask();
    await clock.advance(200);
    await session.close();
    expect(offered(await pending)).toBe("skipped: shuttingDown");
    expect(session.status().inFlight).toBe(0);
  });
});

describe("who waits for an answer", () => {
  test("is answered superseded at once by a newer request of the same surface", async () => {
    const { clock, editor } = await createHarness({ text: "let a = ‸\n", answer: () => "1;" });
    const first = editor.ask();
    void editor.ask();
    expect(await now(first)).toBe("waiting");
    await clock.settle();
    expect(await now(first)).toBe("superseded");
  });

  test("is not disturbed by the other surface, and both get the one answer", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "let a = ‸\n",
      answer: () => "1;",
    });
    const inline = editor.ask();
    const menu = editor.ask({ surface: "menu" });
    expect(offered(await clock.until(inline))).toBe("1;");
    expect(offered(await clock.until(menu))).toBe("1;");
    expect(provider.seen).toHaveLength(1);
  });

  test("inline is answered superseded at once by any change of its document", async () => {
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({ text: "12;", ...slow }),
    });
    const pending = editor.ask();
    await clock.advance(300);
    editor.type("1");
    expect(offered(await pending)).toBe("superseded");
    expect(clock.now()).toBe(300);
  });

  test("in a menu waits on while typing agrees, for its own position", async () => {
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({ text: "12;", latencyMs: 200 }),
    });
    const pending = editor.ask({ surface: "menu" });
    await clock.advance(150);
    editor.type("1");
    const outcome = await clock.until(pending);
    expect(offered(outcome)).toBe("12;");
    expect(outcome.kind === "suggested" && outcome.suggestions[0].offset).toBe(8);
  });

  test("in a menu is answered superseded when typing contradicts the answer", async () => {
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({ text: "12;", latencyMs: 200 }),
    });
    const pending = editor.ask({ surface: "menu" });
    await clock.advance(150);
    editor.type("9");
    expect(offered(await clock.until(pending))).toBe("superseded");
  });

  test("is answered cancelled at once by the client, whatever runs", async () => {
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({ text: "", isDeaf: true }),
    });
    const cancel = new AbortController();
    const pending = editor.ask({}, cancel.signal);
    await clock.advance(200);
    cancel.abort();
    expect(offered(await pending)).toBe("cancelled");
    const aborted = AbortSignal.abort();
    expect(offered(await editor.ask({}, aborted))).toBe("cancelled");
  });
});
