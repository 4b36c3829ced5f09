/** What is there before it is asked for: by asking ahead, or from what was generated beyond what is shown. */
import { describe, expect, test } from "vitest";

import { defaultSettings } from "../../server/settings/schema.ts";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { createHarness, offered, type Harness } from "./harness.ts";

describe("asking ahead", () => {
  const text = "function f() {\n  ‸\n}\n";
  const script = ["first();", "\n  second();"];

  test("has the next suggestion ready when the shown one is accepted", async () => {
    const { clock, editor, provider } = await createHarness({
      text,
      answer: (_, index) => script[index] ?? "",
      settings: { "trigger.speculation": "on" },
    });
    await clock.until(editor.ask());
    await clock.advance(1000);
    expect(provider.seen).toHaveLength(2);
    editor.type("first();");
    expect(offered(await editor.ask())).toBe("\n  second();");
    expect(provider.seen).toHaveLength(2);
  });

  test.each([
    ["by default", undefined, true, 1],
    ["by default", undefined, false, 2],
    ["on", "on", true, 2],
    ["off", "off", false, 1],
  ] as const)("%s, metered %s: %i requests", async (_, setting, isMetered, requests) => {
    const { clock, editor, provider } = await createHarness({
      text,
      answer: (__, index) => script[index] ?? "",
      provider: { isMetered },
      ...(setting === undefined ? {} : { settings: { "trigger.speculation": setting } }),
    });
    await clock.until(editor.ask());
    await clock.advance(1000);
    expect(provider.seen).toHaveLength(requests);
  });

  test("is not done for what is typed along, nor where nothing can come of it", async () => {
    const typing = await createHarness({
      text,
      answer: () => "first();",
      provider: { isMetered: false },
    });
    await typing.clock.until(typing.editor.ask());
    for (const key of "first") {
      await typing.clock.advance(120);
      typing.editor.type(key);
      await typing.editor.ask();
    }
    expect(typing.provider.seen).toHaveLength(1);

    const { clock, editor, provider } = await createHarness({
      text: "first\n‸\n",
      languageId: "markdown",
      answer: () => "second\nthird",
      provider: { isMetered: false },
    });
    for (const line of ["second", "third"]) {
      expect(offered(await clock.until(editor.ask()))).toBe(line);
      await clock.advance(1000);
      editor.type(line);
      editor.type("\n");
    }
    // The first line leads on to the second, with which the model has ended a line of prose.
    expect(provider.seen).toHaveLength(1);
  });

  test("has no line that was cut where the stream was stopped", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "first\n‸\n",
      languageId: "markdown",
      answer: (_, index) => ({ text: index === 0 ? ["sec", "ond\nth", "ird"] : ["third"] }),
    });
    expect(offered(await clock.until(editor.ask()))).toBe("second");
    editor.type("second");
    editor.type("\n");
    expect(offered(await clock.until(editor.ask()))).toBe("third");
    expect(provider.seen).toHaveLength(2);
  });

  /** Of every `period` suggestions one is accepted, and what was asked ahead is used; the others are passed. */
  async function askedAhead(period: number, rounds: number): Promise<readonly boolean[]> {
    const harness: Harness = await createHarness({
      text,
      answer: ({ site }) => (site.linePrefix.endsWith("();") ? "\n  next();" : "call();"),
      settings: { "trigger.speculation": "on" },
    });
    const { clock, editor, provider } = harness;
    const asked: boolean[] = [];
    for (let round = 0; round < rounds; round++) {
      editor.type(`x${round} = `);
      await clock.until(editor.ask({ trigger: "invoked" }));
      const before = provider.seen.length;
      await clock.advance(1000);
      asked.push(provider.seen.length > before);
      if (round % period === 0) {
        editor.type("call();");
        await clock.until(editor.ask());
      }
      editor.type("\n  ");
    }
    return asked;
  }

  test("goes on while up to 70 % of it is for nothing", async () => {
    const asked = await askedAhead(3, 60);
    expect(asked.slice(-10)).toEqual(Array.from({ length: 10 }, () => true));
  });

  test("ends when more of it is for nothing", async () => {
    const asked = await askedAhead(4, 60);
    expect(asked.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => true));
    expect(asked.slice(-10)).toEqual(Array.from({ length: 10 }, () => false));
  });

  test("begins again with another provider", async () => {
    const harness = await createHarness({
      text,
      answer: () => "never();",
      settings: { "trigger.speculation": "on" },
    });
    const { clock, editor, provider, session } = harness;
    for (let round = 0; round < 20; round++) {
      await clock.until(editor.ask({ trigger: "invoked" }));
      await clock.advance(1000);
      editor.type("x");
    }
    // One for each round, and eleven ahead: ten have to be judged first.
    expect(provider.seen).toHaveLength(20 + 11);
    const other = createScriptedProvider({ clock, answer: () => ({ text: "other();" }) });
    session.configure({
      settings: { ...defaultSettings, "trigger.speculation": "on" },
      provider: other,
      localSource: undefined,
    });
    await clock.until(editor.ask({ trigger: "invoked" }));
    await clock.advance(1000);
    expect(other.seen).toHaveLength(2);
  });
});
