/** Where nothing is asked, and why. Each rule has a reason and a setting; a request by key is not held back. */
import { describe, expect, test } from "vitest";

import { ProviderError } from "../../server/providers/provider.ts";
import type { SuggestRequest } from "../../server/session/session.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { createHarness, offered, type HarnessOptions } from "./harness.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly request?: Partial<SuggestRequest>;
  readonly isReadOnly?: () => boolean;
  readonly languageId?: string;
  readonly expected: string;
  /** Makes the provider be asked after all. */
  readonly setting: Partial<Settings>;
}

const prefilters: readonly Case[] = [
  {
    name: "a word character right of the cursor",
    text: "let a = fo‸o;\n",
    expected: "midWord",
    setting: { "trigger.skipMidWord": false, "trigger.skipMidLine": false },
  },
  {
    name: "text that continues the line",
    text: "let a = ‸ + b;\n",
    expected: "midLine",
    setting: { "trigger.skipMidLine": false },
  },
  {
    name: "a closed statement",
    text: "let a = b;‸\n",
    expected: "statementClosed",
    setting: { "trigger.skipStatementClosed": false },
  },
  {
    name: "a line of closers",
    text: "call(() => {\n});‸\n",
    expected: "statementClosed",
    setting: { "trigger.skipStatementClosed": false },
  },
  {
    name: "a selection",
    text: "let a = ‸\n",
    request: { hasSelection: true },
    expected: "selection",
    setting: { "trigger.skipSelection": false },
  },
  {
    name: "a read-only document",
    text: "let a = ‸\n",
    isReadOnly: () => true,
    expected: "readOnlyDocument",
    setting: { "trigger.skipReadOnly": false },
  },
  {
    name: "automatic suggestions switched off",
    text: "let a = ‸\n",
    expected: "automaticOff",
    setting: { "trigger.automatic": true },
  },
];

async function ask(
  options: HarnessOptions,
  request: Partial<SuggestRequest> = {},
): Promise<string> {
  const { clock, editor } = await createHarness({ answer: () => "answer", ...options });
  return offered(await clock.until(editor.ask(request)));
}

describe("an automatic request is not sent", () => {
  for (const { name, request, expected, setting, ...place } of prefilters) {
    test(`at ${name}`, async () => {
      const off = expected === "automaticOff" ? { "trigger.automatic": false } : {};
      expect(await ask({ ...place, settings: off }, request)).toBe(`skipped: ${expected}`);
      expect(await ask({ ...place, settings: setting }, request)).toBe("answer");
      expect(await ask(place, { ...request, trigger: "invoked" })).toBe("answer");
    });
  }

  test("after a deletion", async () => {
    for (const skip of [true, false]) {
      const { clock, editor } = await createHarness({
        text: "let a = b‸\n",
        answer: () => "answer",
        settings: { "trigger.skipDeletion": skip },
      });
      editor.backspace();
      const outcome = await clock.until(editor.ask());
      expect(offered(outcome)).toBe(skip ? "skipped: deletion" : "answer");
    }
  });

  test("in a disabled language, or outside of the enabled ones", async () => {
    const text = "let a = ‸\n";
    const invoked = { trigger: "invoked" } as const;
    for (const settings of [
      { "languages.disabled": ["typescript"] },
      { "languages.enabled": ["python"] },
    ]) {
      expect(await ask({ text, settings })).toBe("skipped: languageDisabled");
      expect(await ask({ text, settings }, invoked)).toBe("answer");
    }
  });

  test("in an empty document", async () => {
    expect(await ask({ text: "  ‸\n" })).toBe("skipped: emptyDocument");
  });

  test("in a document larger than the setting", async () => {
    const text = `${"x".repeat(2000)}\n‸`;
    expect(await ask({ text, settings: { "files.maxBytes": 1000 } })).toBe(
      "skipped: oversizedDocument",
    );
    const invoked = { trigger: "invoked" } as const;
    expect(await ask({ text, settings: { "files.maxBytes": 1000 } }, invoked)).toBe("answer");
  });

  test.each(["for (let i = 0;‸)\n", "const a = [‸]\n", 'const a = "‸"\n', "if (a‸) {\n"])(
    "but it is in %j",
    async (text) => {
      expect(await ask({ text })).toBe("answer");
    },
  );

  test("but it is behind a semicolon that starts a comment", async () => {
    expect(await ask({ text: ";;; words ;‸\n", languageId: "scheme" })).toBe("answer");
  });
});

describe("nothing is ever suggested", () => {
  test("in an excluded file, for every request", async () => {
    const isExcluded = (): boolean => true;
    for (const trigger of ["automatic", "invoked"] as const) {
      expect(await ask({ text: "KEY=‸\n", isExcluded }, { trigger })).toBe("skipped: excludedFile");
    }
  });

  test("in a file that is excluded while the request waits", async () => {
    let isExcluded = false;
    const options = { text: "let a = ‸\n", answer: () => "answer", isExcluded: () => isExcluded };
    const { clock, editor, provider } = await createHarness(options);
    editor.type("b");
    const pending = editor.ask();
    isExcluded = true;
    expect(offered(await clock.until(pending))).toBe("skipped: excludedFile");
    expect(provider.seen).toHaveLength(0);
  });

  test("in a file that is excluded before the second try", async () => {
    let isExcluded = false;
    const error = new ProviderError({ kind: "unavailable", message: "m", isRetryable: true });
    const options = { text: "let a = ‸\n", isExcluded: () => isExcluded };
    const { clock, editor, provider } = await createHarness({
      ...options,
      answer: () => ({ text: "", error }),
    });
    const pending = editor.ask({ trigger: "invoked" });
    await clock.settle();
    isExcluded = true;
    expect((await clock.until(pending)).kind).toBe("failed");
    expect(provider.seen).toHaveLength(1);
  });

  test("ahead, in a file that is excluded since the suggestion was shown", async () => {
    let isExcluded = false;
    const { clock, editor, provider } = await createHarness({
      text: "function f() {\n  ‸\n}\n",
      answer: () => "first();",
      settings: { "trigger.speculation": "on" },
      isExcluded: () => isExcluded,
    });
    await clock.until(editor.ask());
    isExcluded = true;
    await clock.advance(1000);
    expect(provider.seen).toHaveLength(1);
  });

  test.each([
    [true, "answer"],
    [false, "skipped: exclusionUnknown"],
  ])("before the disk has told, asked again while waiting: %s", async (isTold, expected) => {
    let tell: (isTold: boolean) => void = () => undefined;
    const told = new Promise<boolean>((resolve) => {
      tell = resolve;
    });
    let lookUp: Promise<boolean> | undefined;
    const { clock, editor, provider } = await createHarness({
      text: "let a = ‸\n",
      answer: () => "answer",
      whenExclusionKnown: () => lookUp,
    });
    editor.type("b = ");
    const pending = editor.ask();
    lookUp = told;
    await clock.advance(900);
    expect(provider.seen).toHaveLength(0);
    lookUp = undefined;
    tell(isTold);
    expect(offered(await clock.until(pending))).toBe(expected);
    expect(provider.seen).toHaveLength(isTold ? 1 : 0);
  });

  test("in an unknown document", async () => {
    expect(await ask({ text: "let a = ‸\n" }, { uri: "file:///other.ts" })).toBe(
      "skipped: unknownDocument",
    );
  });

  test("in a document whose text is not certain", async () => {
    const { editor, session, provider } = await createHarness({ text: "let a = ‸\n" });
    session.documents.markDirty(editor.uri);
    expect(offered(await editor.ask())).toBe("skipped: dirtyDocument");
    expect(provider.seen).toHaveLength(0);
  });

  test("while disabled, and after closing", async () => {
    const { clock, editor, session, provider } = await createHarness({
      text: "let a = ‸\n",
      answer: () => "answer",
    });
    const pending = editor.ask();
    session.setEnabled(false);
    expect(offered(await pending)).toBe("skipped: disabled");
    expect(offered(await editor.ask())).toBe("skipped: disabled");
    session.setEnabled(true);
    expect(offered(await clock.until(editor.ask()))).toBe("answer");
    await session.close();
    expect(offered(await editor.ask())).toBe("skipped: shuttingDown");
    expect(provider.isClosed).toBe(true);
  });
});
