/** Each client, by what it says at `initialize`, gets items that it inserts rightly. */
import { describe, expect, test } from "vitest";
import type { InitializeParams } from "vscode-languageserver/node";

import { toOffset } from "../../server/engine/document.ts";
import type { Suggestion } from "../../server/engine/outcome.ts";
import { completionSite } from "../../server/engine/site.ts";
import {
  clientProfile,
  countsCodePoints,
  positionEncoding,
  readsMarkdown,
} from "../../server/lsp/client/client-profile.ts";
import {
  toCompletionItem,
  toInlineItem,
  type RequestSite,
} from "../../server/lsp/methods/completion-item.ts";
import { unitsIn } from "../../server/lsp/position.ts";
import { toMenuAnswer } from "../../server/lsp/methods/respond.ts";
import {
  acceptInlineItem,
  acceptMenuItem,
  positionIn,
  type Editor,
} from "../support/apply-item.ts";
import { clientFixture } from "../support/lsp-client.ts";
import { parseInput } from "../support/notation.ts";

interface Case {
  readonly fixture: string;
  readonly profile: string;
  readonly editor: Editor;
  /** What comes of an item of several lines. */
  readonly inserts: "all lines" | "the first line";
  readonly emptyIsIncomplete: boolean;
}

const codePoints = (text: string): number => Array.from(text).length;
const raw: Editor = { habit: "raw" };

const cases: readonly Case[] = [
  clientCase("neovim-0.12", "nvim-snippet", { habit: "firstLine" }, "all lines"),
  clientCase("neovim-0.10", "single-line", { habit: "firstLine" }, "the first line"),
  clientCase("neovim-nvim-cmp", "plain-as-is", raw, "all lines", true),
  clientCase("neovim-blink-cmp", "plain-as-is", raw, "all lines", true),
  clientCase("helix-25.07", "helix", raw, "all lines"),
  clientCase("helix-25.01", "helix", raw, "all lines"),
  clientCase("emacs-eglot", "plain", raw, "all lines"),
  clientCase("emacs-lsp-mode", "plain-as-is", raw, "all lines", true),
  clientCase("vscode", "plain-as-is", raw, "all lines", true),
  clientCase("jetbrains-lsp4ij", "plain-as-is", raw, "all lines", true),
  clientCase("coc-nvim", "plain-as-is", raw, "all lines", true),
  clientCase("sublime-text", "relative", { habit: "reindents" }, "all lines"),
  clientCase("kakoune-lsp", "kak", raw, "all lines"),
  clientCase("kate", "plain", raw, "all lines"),
  clientCase("vim-ale", "single-line", { habit: "firstLine" }, "the first line"),
  clientCase("vim-lsp", "single-line", { habit: "firstLine", units: codePoints }, "the first line"),
  clientCase("vim-yegappan-lsp", "single-line", { habit: "firstLine" }, "the first line"),
];

describe.each(cases)(
  "$fixture",
  ({ fixture, profile: name, editor, inserts, emptyIsIncomplete }) => {
    const params = clientFixture(fixture) as unknown as InitializeParams;
    const profile = clientProfile(params, "auto");
    const encoding = countsCodePoints(params) ? "utf-32" : positionEncoding(params, "auto");
    const options = { sortLast: true, readsMarkdown: readsMarkdown(params) };

    function menuItem(marked: string, insertText: string, insertOnlyText = insertText) {
      const { text, at } = place(marked);
      const item = toCompletionItem(
        suggestion(insertText, 0, insertOnlyText),
        at,
        profile,
        options,
      );
      if (item === undefined) throw new Error("no item");
      return { text, item };
    }

    function place(marked: string): { text: string; at: RequestSite } {
      const { text, offset } = parseInput(marked);
      const document = {
        uri: "file:///a.ts",
        languageId: "typescript",
        version: 1,
        revision: 1,
        text,
        anchor: { offset: toOffset(text, 0), byteOffset: 0 },
      };
      const site = completionSite(document, toOffset(text, offset));
      return { text, at: { site, position: positionIn(text, offset, editor), encoding } };
    }

    function accepted(marked: string, insertText: string): string {
      const { text, item } = menuItem(marked, insertText);
      return acceptMenuItem(text, item, editor);
    }

    test(`is ${name}`, () => {
      expect(profile.name).toBe(name);
      expect(unitsIn("é😀", encoding)).toBe((editor.units ?? ((text) => text.length))("é😀"));
    });

    test("a single line comes out exactly, with the word before it kept", () => {
      expect(accepted("let x = con‸;\n", "sole.log(`${x}\\n`)")).toBe(
        "let x = console.log(`${x}\\n`);\n",
      );
      expect(accepted("say('😀😀', na‸)\n", "me")).toBe("say('😀😀', name)\n");
      expect(accepted("\t‸\n", "$x = {a: 1}")).toBe("\t$x = {a: 1}\n");
    });

    test(`of several lines ${inserts} come out exactly, indentation included`, () => {
      const lines = "(const a of list) {\n      use(`${a}`, '\\\\$');\n\n      more();\n    }";
      const expected =
        inserts === "all lines"
          ? `function f() {\n    for${lines}\n}\n`
          : "function f() {\n    for(const a of list) {\n}\n";
      expect(accepted("function f() {\n    for‸\n}\n", lines)).toBe(expected);
    });

    test("a CRLF document keeps its line ends where the client does not see to them itself", () => {
      const { item } = menuItem("if (x) {\r\n\t‸\r\n}\r\n", "a();\n\tb();");
      const { textEdit } = item;
      const newText = textEdit !== undefined && "newText" in textEdit ? textEdit.newText : "";
      expect(newText.includes("\r")).toBe(name === "helix");
      expect(newText.replaceAll("\r\n", "")).not.toMatch(name === "helix" ? /\n/ : /\r/);
    });

    test("the item is found by what was typed, and its label is one line", () => {
      const { item } = menuItem("  con‸\n", "sole.log(\n    1,\n  );");
      expect(item.filterText?.startsWith("con")).toBe(true);
      expect(item.label).not.toMatch(/[\r\n]/);
      expect(item.label).toContain("console.log(");
      // A label that starts with a letter would be left in the buffer by Neovim's own menu.
      expect(/^\w/.test(item.label)).toBe(item.insertTextFormat !== 2);
      expect(item.kind).toBe(1);
      expect(item.detail).not.toMatch(/\n/);
      expect(item.preselect).toBeUndefined();
    });

    test("documentation is in the format that the client shows, in a fence that holds", () => {
      const { item } = menuItem("‸\n", "a = '````';");
      const { documentation } = item;
      const { kind, value } = documentation as { kind: string; value: string };
      expect([kind, value]).toEqual(
        options.readsMarkdown
          ? ["markdown", "`````typescript\na = '````';\n`````"]
          : ["plaintext", "a = '````';"],
      );
    });

    test("text right of the cursor is never replaced by a menu, but by ghost text", () => {
      const { text, item } = menuItem("call(‸)\n", "a, b)", "a, b");
      expect(acceptMenuItem(text, item, editor)).toBe("call(a, b)\n");
      const { at } = place("call(‸)\n");
      const ghost = toInlineItem(suggestion("a, b)", 1, "a, b"), at);
      expect(ghost && acceptInlineItem(text, ghost, editor)).toBe("call(a, b)\n");
      const impossible = suggestion("x: [", 1, undefined);
      expect(toCompletionItem(impossible, at, profile, options)).toBeUndefined();
    });

    test("an empty list does not hide others' items, nor end the asking too early", () => {
      const empty = (outcome: Parameters<typeof toMenuAnswer>[0]["outcome"], isLate = false) => {
        const { at } = place("‸");
        return toMenuAnswer({ at, selected: undefined, outcome }, profile, { ...options, isLate });
      };
      expect(empty({ kind: "dropped", reason: "empty" })).toEqual({
        isIncomplete: emptyIsIncomplete,
        items: [],
      });
      // What is on its way must be asked for again, but in Helix that could hide the other server's items.
      for (const outcome of [
        { kind: "skipped", reason: "latencyBudget" },
        { kind: "superseded" },
      ] as const) {
        expect(empty(outcome)).toEqual({ isIncomplete: name !== "helix", items: [] });
        expect(empty(outcome, true)).toEqual({ isIncomplete: true, items: [] });
      }
      const disabled = { kind: "skipped", reason: "disabled" } as const;
      expect(empty(disabled, true)).toEqual({ isIncomplete: false, items: [] });
    });
  },
);

test("the setting clientProfile overrides what the client looks like", () => {
  const params = clientFixture("helix-25.07") as unknown as InitializeParams;
  expect(clientProfile(params, "single-line").name).toBe("single-line");
  expect(clientProfile(params, "no such profile").name).toBe("helix");
});

test("positions are in UTF-16 where it is offered, else in what the client prefers", () => {
  const offering = (positionEncodings: unknown) =>
    ({
      processId: null,
      rootUri: null,
      capabilities: { general: { positionEncodings } },
    }) as InitializeParams;
  expect(positionEncoding(offering(["utf-8", "utf-16"]), "auto")).toBe("utf-16");
  expect(positionEncoding(offering(["utf-32", "utf-8"]), "auto")).toBe("utf-32");
  expect(positionEncoding(offering(["utf-8", "utf-16"]), "utf-8")).toBe("utf-8");
  expect(positionEncoding(offering(["utf-16"]), "utf-8")).toBe("utf-16");
  expect(positionEncoding(offering(undefined), "utf-8")).toBe("utf-16");
  expect(positionEncoding(offering("utf-8"), "auto")).toBe("utf-16");
});

test("lines left of the current one cannot be made relative: the text ends before them", () => {
  const params = clientFixture("neovim-0.12") as unknown as InitializeParams;
  const text = "    if (a) {\n        ";
  const document = {
    uri: "file:///a.ts",
    languageId: "typescript",
    version: 1,
    revision: 1,
    text,
    anchor: { offset: toOffset(text, 0), byteOffset: 0 },
  };
  const site = completionSite(document, toOffset(text, text.length));
  const at: RequestSite = { site, position: positionIn(text, text.length), encoding: "utf-16" };
  const item = toCompletionItem(
    suggestion("b();\n        c();\n    }", 0, "b();\n        c();\n    }"),
    at,
    clientProfile(params, "auto"),
    { sortLast: false, readsMarkdown: true },
  );
  expect(item && acceptMenuItem(text, item, { habit: "firstLine" })).toBe(
    "    if (a) {\n        b();\n        c();",
  );
  expect(item?.sortText?.startsWith("!")).toBe(true);
});

function clientCase(
  fixture: string,
  profile: string,
  editor: Editor,
  inserts: Case["inserts"],
  emptyIsIncomplete = false,
): Case {
  return { fixture, profile, editor, inserts, emptyIsIncomplete };
}

function suggestion(
  insertText: string,
  replacedLength: number,
  insertOnlyText: string | undefined,
): Suggestion {
  return {
    id: "s1",
    offset: toOffset("", 0),
    insertText,
    replacedLength,
    insertOnlyText,
    origin: "network",
  };
}
