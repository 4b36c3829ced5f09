/** What is shown and still agrees is never replaced, whatever else becomes known meanwhile. */
import { expect, test } from "vitest";

import { createHarness, offered } from "./harness.ts";

test("an answer for a later place does not replace what is typed along", async () => {
  const { clock, editor, session, provider } = await createHarness({
    text: "let a = ‸\n",
    answer: (_, index) => (index === 0 ? "compute(left);" : "pute(right);"),
  });
  await clock.until(editor.ask());
  editor.type("com");
  // The cache is emptied, so that another answer becomes known for the present place.
  session.clearCache();
  expect(offered(await clock.until(editor.ask()))).toBe("pute(right);");
  editor.type("pute(");
  expect(offered(await editor.ask())).toBe("right);");
  expect(provider.seen).toHaveLength(2);
});

test("asking by key does not replace it either", async () => {
  const { clock, editor, provider } = await createHarness({
    text: "let a = ‸\n",
    answer: (_, index) => `answer${index};`,
  });
  await clock.until(editor.ask());
  editor.type("ans");
  expect(offered(await editor.ask({ trigger: "invoked" }))).toBe("wer0;");
  expect(offered(await editor.ask({ surface: "menu" }))).toBe("wer0;");
  expect(provider.seen).toHaveLength(1);
});

test("of two answers that agree the one that was shown last is kept", async () => {
  const { clock, editor, provider } = await createHarness({
    text: "let a = com‸\n",
    answer: ({ site }) => (site.linePrefix.endsWith("= ") ? "compute(left);" : "pute(right);"),
  });
  expect(offered(await clock.until(editor.ask()))).toBe("pute(right);");
  editor.backspace(3);
  expect(offered(await clock.until(editor.ask({ trigger: "invoked" })))).toBe("compute(left);");
  for (const [key, rest] of [
    ["com", "pute(left);"],
    ["p", "ute(left);"],
  ] as const) {
    editor.type(key);
    expect(offered(await editor.ask())).toBe(rest);
  }
  expect(provider.seen).toHaveLength(2);
});

test("a menu that waited beside it brings nothing else", async () => {
  const { clock, editor } = await createHarness({
    text: "let a = ‸\n",
    answer: () => ({ text: "remote();", latencyMs: 0 }),
    localSource: {
      suggest: () => [{ insertText: "local();", probability: 0.9 }],
    },
    settings: { "completion.latencyBudgetMs": 100 },
  });
  editor.type("a");
  await clock.advance(74);
  void editor.ask();
  editor.typeWithCloser("(", ")");
  const menu = editor.ask({ surface: "menu" });
  const ghost = editor.ask({ trigger: "invoked" });
  await clock.advance(100);
  expect(offered(await ghost)).toBe("remote();");
  expect(offered(await menu)).toBe("remote();");
  expect(offered(await editor.ask())).toBe("remote();");
});
