/** Menus, the selected item, the workspace model beside a provider, asking ahead. */
import { describe, expect, test } from "vitest";

import type { Offset } from "../../server/engine/document.ts";
import type { LocalSource } from "../../server/session/session.ts";
import { ProviderError } from "../../server/providers/provider.ts";
import { applied, createHarness, offered } from "./harness.ts";

/** Knows one continuation of every place. */
function knows(insertText: string, probability: number): LocalSource {
  return {
    suggest: (_, { limit, minProbability }) =>
      probability < minProbability
        ? []
        : [
            { insertText, probability },
            { insertText: `${insertText}2`, probability },
          ].slice(0, limit),
  };
}

const slow = { text: "remote();", latencyMs: 600 };

describe("a menu", () => {
  test("is answered within its budget, and the next key finds the answer", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "let a = ‸\n",
      answer: () => slow,
      settings: { "completion.latencyBudgetMs": 200, "workspaceModel.role": "off" },
    });
    const outcome = await clock.until(editor.ask({ surface: "menu" }));
    expect(offered(outcome)).toBe("skipped: latencyBudget");
    expect(clock.now()).toBe(200);
    await clock.advance(450);
    editor.type("re");
    expect(offered(await editor.ask({ surface: "menu" }))).toBe("mote();");
    expect(provider.seen).toHaveLength(1);
  });

  test("gets at its budget the lines that are finished", async () => {
    const { clock, editor } = await createHarness({
      text: "function f() {\n  ‸\n}\n",
      answer: () => ({ text: ["first();\n", "  sec", "ond();"], latencyMs: 50, pieceMs: 200 }),
    });
    const outcome = await clock.until(editor.ask({ surface: "menu" }));
    expect(offered(outcome)).toBe("first();");
    expect(clock.now()).toBe(300);
  });

  test("asks though its budget is shorter than the wait after a key", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "let a =‸\n",
      answer: () => " 1;",
      settings: { "completion.latencyBudgetMs": 20, "workspaceModel.role": "off" },
    });
    editor.type(" ");
    expect(offered(await clock.until(editor.ask({ surface: "menu" })))).toBe(
      "skipped: latencyBudget",
    );
    await clock.advance(300);
    expect(provider.seen).toHaveLength(1);
  });
});

describe("with an item selected in the popup", () => {
  const text = "console.lo‸\n";
  const selected = { range: { start: 8 as Offset, end: 10 as Offset }, text: "log" };

  test("the suggestion extends the item", async () => {
    const { clock, editor, provider } = await createHarness({ text, answer: () => "(a);" });
    const outcome = await clock.until(editor.ask({ selected }));
    expect(applied(editor.text, outcome)).toBe("console.log(a);\n");
    const [request] = provider.seen;
    expect(request?.request.site.linePrefix).toBe("console.log");
  });

  test("what is known already serves where it agrees with the item", async () => {
    const { clock, editor, provider } = await createHarness({ text, answer: () => "g(a);" });
    await clock.until(editor.ask());
    expect(applied(editor.text, await editor.ask({ selected }))).toBe("console.log(a);\n");
    expect(provider.seen).toHaveLength(1);
  });

  test("that is not what is typed there, nothing is suggested", async () => {
    const { editor } = await createHarness({ text });
    const other = { ...selected, text: "warn" };
    expect(offered(await editor.ask({ selected: other }))).toBe("skipped: selectedItemMismatch");
  });
});

describe("the workspace model", () => {
  test("answers alone where there is no provider", async () => {
    const { editor } = await createHarness({
      text: "let a = ‸\n",
      hasProvider: false,
      localSource: knows("known();", 0.8),
    });
    const outcome = await editor.ask();
    expect(outcome.kind === "suggested" && outcome.suggestions[0]).toMatchObject({
      insertText: "known();",
      probability: 0.8,
      origin: "workspace",
    });
    const menu = await editor.ask({ surface: "menu" });
    expect(menu.kind === "suggested" && menu.suggestions.length).toBeGreaterThan(0);
    editor.type("kn");
    expect(offered(await editor.ask())).toBe("own();");
  });

  test("says nothing below the setting's confidence", async () => {
    const { editor } = await createHarness({
      text: "let a = ‸\n",
      hasProvider: false,
      localSource: knows("known();", 0.6),
    });
    expect(offered(await editor.ask())).toBe("dropped: nothingKnown");
  });

  test.each([
    ["fallback", "known();"],
    ["off", "failed"],
  ] as const)("in the role %s, when the provider fails: %s", async (role, expected) => {
    const error = new ProviderError({ kind: "unreachable", message: "", isRetryable: true });
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({ text: "", error }),
      settings: { "workspaceModel.role": role },
      localSource: knows("known();", 0.8),
    });
    expect(offered(await clock.until(editor.ask()))).toBe(expected);
  });

  test.each([
    ["goes on from it: it takes over", 0.9, "known(left);", ["nown(left);"]],
    ["differs: it comes first", 0.8, "knew();", ["new();", "nown();"]],
    [
      "differs from what is as good as sure: it comes second",
      0.9,
      "knew();",
      ["nown();", "new();"],
    ],
    ["agrees no longer: it does not come", 0.8, "remote();", ["nown();"]],
  ])(
    "stands in at a menu's budget; at the next key the provider's answer %s",
    async (_, probability, answer, expected) => {
      const { clock, editor, provider } = await createHarness({
        text: "let a = ‸\n",
        answer: () => ({ text: answer, latencyMs: 600 }),
        localSource: knows("known();".slice(0, answer === "known(left);" ? 6 : 8), probability),
      });
      const before = await clock.until(editor.ask({ surface: "menu" }));
      expect(before.kind === "suggested" && before.suggestions[0].origin).toBe("workspace");
      expect(clock.now()).toBe(300);
      await clock.advance(400);
      editor.type("k");
      const after = await editor.ask({ surface: "menu" });
      expect(
        after.kind === "suggested" && after.suggestions.map((each) => each.insertText),
      ).toEqual(expected);
      expect(provider.seen).toHaveLength(1);
    },
  );

  test("is typed along while the provider is waited for, which is not given up for that", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "let a = ‸\n",
      answer: () => ({ text: "knew();", latencyMs: 2000 }),
      localSource: knows("known();", 0.8),
    });
    await clock.until(editor.ask({ surface: "menu" }));
    for (const [key, rest] of [
      ["k", "nown();"],
      ["n", "own();"],
    ] as const) {
      await clock.advance(700);
      editor.type(key);
      expect(offered(await editor.ask({ surface: "menu" }))).toBe(rest);
    }
    await clock.advance(700);
    expect(offered(await editor.ask({ surface: "menu" }))).toBe("ew();");
    expect(provider.seen).toHaveLength(1);
  });

  test.each([
    ["differs: it stays as it is", "knew();", "nown("],
    ["goes on from it: it grows", "known(left);", "nown(left);"],
  ])("as ghost text, while the provider's answer %s", async (_, answer, expected) => {
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => answer,
      settings: { "workspaceModel.role": "first" },
      localSource: knows("known(", 0.9),
    });
    expect(offered(await editor.ask())).toBe("known(");
    await clock.advance(500);
    editor.type("k");
    expect(offered(await editor.ask())).toBe(expected);
  });

  test("in the role first answers at once where it is sure, and the provider's answer is fetched", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "let a = ‸\n",
      answer: () => slow,
      settings: { "workspaceModel.role": "first" },
      localSource: knows("known();", 0.9),
    });
    expect(offered(await editor.ask())).toBe("known();");
    expect(clock.now()).toBe(0);
    await clock.advance(800);
    expect(provider.seen).toHaveLength(1);
    editor.type("re");
    expect(offered(await editor.ask())).toBe("mote();");
    expect(provider.seen).toHaveLength(1);
  });

  test("in the role first lets the provider answer where it is not sure", async () => {
    const { clock, editor } = await createHarness({
      text: "let a = ‸\n",
      answer: () => slow,
      settings: { "workspaceModel.role": "first" },
      localSource: knows("known();", 0.8),
    });
    expect(offered(await clock.until(editor.ask()))).toBe("remote();");
  });
});
