/** What is left of an answer after the user typed some of it, in the notation of fixtures. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { advance, type KnownText } from "../../server/engine/advance.ts";
import { cursorText, placeAt } from "../../server/engine/cursor-text.ts";
import type { Offset } from "../../server/engine/document.ts";
import { formatOutput, parseInput, parseOutput } from "../support/notation.ts";

/** The answer that `marked` offers. */
function known(marked: string): KnownText {
  const { text, offset, insertText, replaced } = parseOutput(marked);
  return {
    place: placeAt(cursorText(text, offset as Offset)),
    text: insertText,
    replacedLength: replaced.length,
    insertOnlyText: insertText.endsWith(replaced)
      ? insertText.slice(0, insertText.length - replaced.length)
      : undefined,
  };
}

/** What is offered at the cursor of `marked` after `offered` was; "nothing" when it does not apply. */
function advanced(offered: string, marked: string): string {
  const input = parseInput(marked);
  const result = advance(known(offered), cursorText(input.text, input.offset as Offset));
  return result === undefined ? "nothing" : formatOutput(input, result);
}

interface Case {
  readonly name: string;
  readonly offered: string;
  readonly later: string;
  readonly expected: string;
}

const follows: readonly Case[] = [
  {
    name: "the place itself",
    offered: "let a = ⟦b + c;⟧\n",
    later: "let a = ‸\n",
    expected: "let a = ⟦b + c;⟧\n",
  },
  {
    name: "some of it typed",
    offered: "let a = ⟦b + c;⟧\n",
    later: "let a = b +‸\n",
    expected: "let a = b +⟦ c;⟧\n",
  },
  {
    name: "a line of it accepted",
    offered: "⟦one();\ntwo();\nthree();⟧\n",
    later: "one();\n‸\n",
    expected: "one();\n⟦two();\nthree();⟧\n",
  },
  {
    name: "a closer of the text that it replaces",
    offered: "call(⟦a, b)¦)⟧;\n",
    later: "call(a‸);\n",
    expected: "call(a⟦, b)¦)⟧;\n",
  },
  {
    name: "a closer that was typed over",
    offered: "call(⟦a);¦)⟧\n",
    later: "call(a)‸\n",
    expected: "call(a)⟦;⟧\n",
  },
  {
    name: "a bracket that the editor closed",
    offered: "let a = ⟦call(b, c);⟧\n",
    later: "let a = call(‸)\n",
    expected: "let a = call(⟦b, c);¦)⟧\n",
  },
  {
    name: "brackets within brackets that the editor closed",
    offered: "⟦call([a, b]);⟧\n",
    later: "call([a‸])\n",
    expected: "call([a⟦, b]);¦])⟧\n",
  },
  {
    name: "a quote that the editor closed",
    offered: "let a = ⟦'text';⟧\n",
    later: "let a = 'te‸'\n",
    expected: "let a = 'te⟦xt';¦'⟧\n",
  },
  {
    name: "a closed bracket that the answer never closes",
    offered: "let a = ⟦call(b⟧\n",
    later: "let a = call(‸)\n",
    expected: "let a = call(⟦b⟧)\n",
  },
  {
    name: "Enter between brackets that the editor closed",
    offered: "if (a) ⟦{\n  first();\n}⟧\nlast();\n",
    later: "if (a) {\n  ‸\n}\nlast();\n",
    expected: "if (a) {\n  ⟦first();⟧\n}\nlast();\n",
  },
  {
    name: "deeper indentation than its own",
    offered: "if (a) ⟦{\n  first();\n  second();\n}⟧\n",
    later: "if (a) {\n    ‸\n",
    expected: "if (a) {\n    ⟦first();\n    second();\n}⟧\n",
  },
  {
    name: "a tab for its blanks",
    offered: "def f():⟦\n    a = 1\n    return a⟧\n",
    later: "def f():\n\t‸\n",
    expected: "def f():\n\t⟦a = 1\n\treturn a⟧\n",
  },
  {
    name: "less indentation, the rest still to come",
    offered: "if (a) ⟦{\n    first();\n}⟧\n",
    later: "if (a) {\n  ‸\n",
    expected: "if (a) {\n  ⟦  first();\n}⟧\n",
  },
  {
    name: "an empty line in it",
    offered: "⟦one();\n\ntwo();⟧\n",
    later: "one();\n\n‸\n",
    expected: "one();\n\n⟦two();⟧\n",
  },
  {
    name: "emoji and combining marks",
    offered: "say(⟦'👩‍💻 e\u0301 done')¦)⟧\n",
    later: "say('👩‍💻 ‸)\n",
    expected: "say('👩‍💻 ⟦e\u0301 done')¦)⟧\n",
  },
];

const declines: readonly Omit<Case, "expected">[] = [
  { name: "another text", offered: "let a = ⟦b + c;⟧\n", later: "let a = d‸\n" },
  { name: "all of it typed", offered: "let a = ⟦b + c;⟧\n", later: "let a = b + c;‸\n" },
  { name: "more than all of it", offered: "let a = ⟦b;⟧\n", later: "let a = b; c‸\n" },
  { name: "another line before", offered: "one\n⟦two⟧\n", later: "uno\n‸\n" },
  { name: "another line after", offered: "⟦two⟧\nthree\n", later: "‸\nfour\n" },
  { name: "text typed right of the cursor", offered: "let a = ⟦b;⟧\n", later: "let a = ‸x\n" },
  { name: "text inserted before the place", offered: "let a = ⟦b;⟧\n", later: "let ab = ‸\n" },
  { name: "a bracket that nobody opened", offered: "let a = ⟦b;⟧\n", later: "let a = b‸)\n" },
  {
    name: "indentation that the answer left: the editor's guess would change its meaning",
    offered: "    if a:⟦\n        b()\n    c()⟧\n",
    later: "    if a:\n        b()\n        ‸\n",
  },
  {
    name: "what is replaced by itself",
    offered: "call(⟦a)¦)⟧\n",
    later: "call(a‸)\n",
  },
];

describe("the remainder is offered after", () => {
  test.each(follows)("$name", ({ offered, later, expected }) => {
    expect(advanced(offered, later)).toBe(expected);
  });

  test.each(["\n", "\r\n", "\r"])("typing with line ends %j", (eol) => {
    const lines = (text: string): string => text.replaceAll("\n", eol);
    const answer = known(lines("if (a) ⟦{⟧\nnext\n"));
    const of: KnownText = { ...answer, text: "{\n  b();\n}", insertOnlyText: "{\n  b();\n}" };
    const { text, offset } = parseInput(lines("if (a) {\n  b‸\nnext\n"));
    expect(advance(of, cursorText(text, offset as Offset))?.insertText).toBe("();\n}");
  });

  test("edits far away", () => {
    const filler = "// filler of a long file\n".repeat(50);
    const offered = `first();\n${filler}let a = ⟦b;⟧\n${filler}last();\n`;
    const later = `changed();\n${filler}let a = ‸\n${filler}changed();\n`;
    expect(advanced(offered, later)).toContain("let a = ⟦b;⟧");
  });
});

describe("nothing is offered after", () => {
  test.each(declines)("$name", ({ offered, later }) => {
    expect(advanced(offered, later)).toBe("nothing");
  });
});

describe("for any answer typed key by key", () => {
  const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
  const piece = fc.constantFrom(
    "a",
    "b",
    " ",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "\n  ",
    "é",
    "👩",
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 24 }).map((pieces) => pieces.join(""));
  const around = fc.constantFrom("", "x", "call(a)\n", "if (b) {\n  ");

  test("accepting the remainder gives the document that accepting at first would have given", () => {
    fc.assert(
      fc.property(
        around,
        text,
        fc.constantFrom("", "\n", "\n}\n", " // end\n"),
        (before, answer, after) => {
          const intended = before + answer + after;
          const at = cursorText(before + after, before.length as Offset);
          const of = {
            place: placeAt(at),
            text: answer,
            replacedLength: 0,
            insertOnlyText: answer,
          };
          for (let length = 0; length < answer.length; length++) {
            const typed = before + answer.slice(0, length);
            const found = advance(of, cursorText(typed + after, typed.length as Offset));
            expect(typed + (found?.insertText ?? "nothing") + after).toBe(intended);
          }
        },
      ),
    );
  });

  test("the same with a bracket that the editor has just closed, wherever it is offered", () => {
    let offers = 0;
    const wrong: string[] = [];
    fc.assert(
      fc.property(around, text, (before, answer) => {
        const after = "\nlast\n";
        const at = cursorText(before + after, before.length as Offset);
        const of = { place: placeAt(at), text: answer, replacedLength: 0, insertOnlyText: answer };
        for (let length = 1; length < answer.length; length++) {
          const closer = closers[answer.charAt(length - 1)];
          if (closer === undefined) continue;
          const typed = before + answer.slice(0, length);
          const document = typed + closer + after;
          const found = advance(of, cursorText(document, typed.length as Offset));
          const rest = document.slice(typed.length);
          const apply = (inserted: string, replaced: number): string =>
            typed + inserted + rest.slice(replaced);
          // Either the editor's closer gives way to the answer's, or the answer has none.
          const intended = [before + answer + after, before + answer + closer + after];
          if (found === undefined) continue;
          const { insertText, replacedLength, insertOnlyText } = found;
          const forms = [apply(insertText, replacedLength)];
          if (insertOnlyText !== undefined) forms.push(apply(insertOnlyText, 0));
          offers += 1;
          wrong.push(...forms.filter((form) => !intended.includes(form) || form !== forms[0]));
        }
      }),
      { numRuns: 500 },
    );
    expect(wrong).toEqual([]);
    expect(offers).toBeGreaterThan(100);
  });
});
