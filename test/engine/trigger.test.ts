/** Where asking is worth it, position by position: `‸` with the reason that holds a request back. */
import { expect, test } from "vitest";

import type { DocumentSnapshot, Offset } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import { shouldComplete } from "../../server/engine/prompt/trigger.ts";
import { parseInput } from "../support/notation.ts";

const rules = {
  skipMidWord: true,
  skipMidLine: true,
  skipStatementClosed: true,
  skipDeletion: true,
  skipSelection: true,
  skipReadOnly: true,
};
const facts = {
  hasSelection: false,
  hasTextAbove: false,
  isReadOnly: false,
  isAfterDeletion: false,
};

function reasonAt(marked: string, languageId: string): string {
  const { text, offset } = parseInput(marked);
  const anchor = { offset: 0 as Offset, byteOffset: 0 };
  const document: DocumentSnapshot = { uri: "", languageId, version: 1, revision: 1, text, anchor };
  const site = completionSite(document, offset as Offset);
  return shouldComplete(site, facts, rules) ?? "ask";
}

test.each([
  ["typescript", "call(‸)", "ask"],
  ["typescript", "call(a‸, b)", "midLine"],
  ["typescript", "const name = fo‸o", "midWord"],
  ["typescript", "const é = a‸é", "midWord"],
  ["typescript", "let a = [1, ‸];", "ask"],
  ["typescript", "let a = {‸", "ask"],
  ["typescript", "if (a) ‸{", "ask"],
  ["typescript", "let a = b;‸", "statementClosed"],
  ["typescript", "let a = b; ‸", "statementClosed"],
  ["typescript", "for (let i = 0;‸", "ask"],
  ["typescript", "});‸", "statementClosed"],
  ["typescript", "  },‸", "statementClosed"],
  ["typescript", "promise()‸", "ask"],
  ["typescript", "text\n‸\ntext", "ask"],
  ["typescript", "\n\n‸\n", "emptyDocument"],
  ["python", "def f(a)‸", "ask"],
  ["python", "x = [\n    1,‸\n]", "ask"],
  ["scheme", "(define a 1) ;‸", "ask"],
  ["css", "color: red;‸", "statementClosed"],
  ["html", "<p>‸</p>", "midLine"],
  ["html", '<a href="‸">', "ask"],
])("%s %j: %s", (languageId, marked, expected) => {
  expect(reasonAt(marked, languageId)).toBe(expected);
});
