/** What is known or on its way is never asked for again, and is there at once. */
import { describe, expect, test } from "vitest";

import { defaultSettings } from "../../server/settings/schema.ts";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { createHarness, offered, type Harness } from "./harness.ts";

/** Asks, waits for the answer, and gives what is offered. */
async function shown({ clock, editor }: Harness): Promise<string> {
  return offered(await clock.until(editor.ask()));
}

/** What is offered without any time passing. */
async function atOnce(harness: Harness): Promise<string> {
  const before = harness.clock.now();
  const text = offered(await harness.editor.ask());
  expect(harness.clock.now()).toBe(before);
  return text;
}

describe("typing along a suggestion", () => {
  test("asks once and gives the rest at once for every key", async () => {
    const harness = await createHarness({
      text: "const total = ‸\n",
      answer: () => "sum(items);",
    });
    expect(await shown(harness)).toBe("sum(items);");
    for (const [key, rest] of [
      ["s", "um(items);"],
      ["u", "m(items);"],
      ["m(", "items);"],
    ] as const) {
      harness.editor.type(key);
      expect(await atOnce(harness)).toBe(rest);
    }
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("keeps all lines of the remainder", async () => {
    const harness = await createHarness({
      text: "function sum(items) {\n  ‸\n}\n",
      answer: () => "let sum = 0;\n  for (const item of items) sum += item;\n  return sum;",
    });
    await shown(harness);
    harness.editor.type("let ");
    expect(await atOnce(harness)).toBe(
      "sum = 0;\n  for (const item of items) sum += item;\n  return sum;",
    );
  });

  test("accepting a word or a line leaves the rest", async () => {
    const harness = await createHarness({
      text: "function sum(items) {\n  ‸\n}\n",
      answer: () => "let sum = 0;\n  return sum;",
    });
    await shown(harness);
    harness.editor.type("let sum");
    expect(await atOnce(harness)).toBe(" = 0;\n  return sum;");
    harness.editor.type(" = 0;\n  ");
    expect(await atOnce(harness)).toBe("return sum;");
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("a bracket that the editor closed is replaced by the suggestion's own", async () => {
    const harness = await createHarness({
      text: "const a = ‸\n",
      answer: () => "call(b, c);",
    });
    await shown(harness);
    harness.editor.type("call");
    harness.editor.typeWithCloser("(", ")");
    const outcome = await harness.editor.ask();
    expect(outcome.kind === "suggested" && outcome.suggestions[0]).toMatchObject({
      insertText: "b, c);",
      replacedLength: 1,
      // Without replacing, the text behind the bracket cannot be had.
      insertOnlyText: undefined,
    });
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("indentation that the editor inserted after Enter counts as the suggestion's own", async () => {
    const harness = await createHarness({
      text: "if (a) ‸\n",
      answer: () => "{\n  first();\n  second();\n}",
    });
    await harness.clock.until(harness.editor.ask({ trigger: "invoked" }));
    harness.editor.type("{");
    harness.editor.type("\n\t");
    expect(await atOnce(harness)).toBe("first();\n\tsecond();\n}");
  });

  test("a suggestion that was typed to its end is not asked for again", async () => {
    const harness = await createHarness({ text: "// say ‸\n", answer: () => "hello" });
    await shown(harness);
    for (const key of "hello") harness.editor.type(key);
    expect(await atOnce(harness)).toBe("skipped: recentlyEmpty");
    expect(harness.provider.seen).toHaveLength(1);
  });
});

describe("what was answered before", () => {
  test("is found again after backspace, and after retyping", async () => {
    const harness = await createHarness({ text: "return ‸\n", answer: () => "value.name;" });
    await shown(harness);
    harness.editor.type("value");
    harness.editor.backspace(3);
    expect(await atOnce(harness)).toBe("lue.name;");
    harness.editor.backspace(2);
    expect(await atOnce(harness)).toBe("value.name;");
    harness.editor.type("val");
    expect(await atOnce(harness)).toBe("ue.name;");
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("is found again after a slip was taken back", async () => {
    const harness = await createHarness({ text: "return ‸\n", answer: () => "value.name;" });
    await shown(harness);
    harness.editor.type("x");
    harness.editor.backspace();
    expect(await atOnce(harness)).toBe("value.name;");
    expect(harness.provider.seen).toHaveLength(1);
  });

  test("is found again after edits elsewhere", async () => {
    const harness = await createHarness({
      text: `${"// a line of a long file\n".repeat(40)}return ‸\n`,
      answer: () => "value;",
    });
    await shown(harness);
    harness.editor.edit(0, 0, 'import { value } from "./value";\n');
    expect(await atOnce(harness)).toBe("value;");
  });

  test("is not offered when the next line was edited", async () => {
    const harness = await createHarness({
      text: "return ‸\n}\nother();\n",
      answer: (_, index) => (index === 0 ? "value;" : "fresh;"),
    });
    await shown(harness);
    harness.editor.edit(
      harness.editor.text.indexOf("other"),
      harness.editor.text.length,
      "next();",
    );
    expect(await shown(harness)).toBe("fresh;");
    expect(harness.provider.seen).toHaveLength(2);
  });

  test("is not offered in another document with the same text", async () => {
    const harness = await createHarness({
      text: "return ‸\n",
      answer: (_, index) => `value${index};`,
    });
    expect(await shown(harness)).toBe("value0;");
    const other = harness.open("file:///b.ts", "return ‸\n");
    expect(offered(await harness.clock.until(other.ask()))).toBe("value1;");
  });

  test("is not offered in the name of another model", async () => {
    const harness = await createHarness({ text: "return ‸\n", answer: () => "value;" });
    await shown(harness);
    const other = createScriptedProvider({
      clock: harness.clock,
      model: "script-2",
      answer: () => ({ text: "other;", latencyMs: 50 }),
    });
    harness.session.configure({
      settings: defaultSettings,
      provider: other,
      localSource: undefined,
    });
    expect(offered(await harness.clock.until(harness.editor.ask({ trigger: "invoked" })))).toBe(
      "other;",
    );
  });

  test("is forgotten by clearCache", async () => {
    const harness = await createHarness({
      text: "return ‸\n",
      answer: (_, index) => `value${index};`,
    });
    await shown(harness);
    harness.session.clearCache();
    expect(await shown(harness)).toBe("value1;");
  });

  test("an empty answer is remembered for a while, then asked for again", async () => {
    const harness = await createHarness({ text: "return ‸\n", answer: () => "" });
    expect(await shown(harness)).toBe("dropped: empty");
    for (const ms of [0, 10_000]) {
      await harness.clock.advance(ms);
      expect(await atOnce(harness)).toBe("skipped: recentlyEmpty");
    }
    await harness.clock.advance(20_000);
    expect(await shown(harness)).toBe("dropped: empty");
    expect(harness.provider.seen).toHaveLength(2);
  });
});

describe("the tail of a generation", () => {
  const lines = ["first();", "second();", "third();"];

  test("gives the next line after acceptance and Enter, with no request", async () => {
    const harness = await createHarness({
      text: "  a ‸x\n",
      answer: () => lines.join("\n  "),
    });
    // Before text on its line an answer is cut at the line's end; the rest of it is kept.
    const outcome = await harness.clock.until(harness.editor.ask({ trigger: "invoked" }));
    const first = offered(outcome);
    expect(first).toBe("first();");
    harness.editor.type("first();");
    harness.editor.type("\n  ");
    expect(await atOnce(harness)).toBe("second();");
    expect(harness.provider.seen).toHaveLength(1);
  });
});

describe("an answer that comes late", () => {
  test("is kept for the next request, though its own was cancelled", async () => {
    const harness = await createHarness({
      text: "const total = ‸\n",
      answer: () => ({ text: "sum(items);", latencyMs: 500 }),
    });
    const cancel = new AbortController();
    const outcome = harness.editor.ask({}, cancel.signal);
    await harness.clock.advance(100);
    cancel.abort();
    expect(offered(await outcome)).toBe("cancelled");
    await harness.clock.advance(600);
    harness.editor.type("su");
    expect(await atOnce(harness)).toBe("m(items);");
    expect(harness.provider.seen).toHaveLength(1);
    expect(harness.provider.seen[0]?.abortedAt).toBeUndefined();
  });
});
