/** What ghost text offers the menu offers, too: the same, or its beginning. */
import { describe, expect, test } from "vitest";

import { toOffset } from "../../server/engine/document.ts";
import type { Suggestion } from "../../server/engine/outcome.ts";
import { completionSite } from "../../server/engine/site.ts";
import { clientProfile } from "../../server/lsp/client/client-profile.ts";
import {
  toCompletionItem,
  toInlineItem,
  type RequestSite,
} from "../../server/lsp/methods/completion-item.ts";
import { readAnswer, readPairs, type AnswerPair } from "../support/answer-pairs.ts";

const profile = clientProfile({ capabilities: {} } as never, "plain");

function offered(pair: AnswerPair): { readonly ghost: string; readonly menu: string } | undefined {
  const result = readAnswer(pair);
  if (result.kind === "dropped") return undefined;
  const { text, offset } = pair.input;
  const anchor = { offset: toOffset(text, 0), byteOffset: 0 };
  const { languageId } = pair;
  const document = { uri: "file:///a", languageId, version: 1, revision: 1, text, anchor };
  const site = completionSite(document, toOffset(text, offset));
  const position = { line: 0, character: site.linePrefix.length };
  const at: RequestSite = { site, position, encoding: "utf-16" };
  const { insertText, replacedLength, insertOnlyText } = result;
  const suggestion: Suggestion = {
    id: "f1",
    offset: site.offset,
    insertText,
    replacedLength,
    insertOnlyText,
    origin: "network",
  };
  const inline = toInlineItem(suggestion, at)?.insertText;
  const ghost = typeof inline === "string" ? inline : "";
  const item = toCompletionItem(suggestion, at, profile, { sortLast: false, readsMarkdown: false });
  const edit = item?.textEdit;
  if (edit === undefined || !("range" in edit)) return { ghost, menu: "" };
  const wordLength = position.character - edit.range.start.character;
  return { ghost, menu: edit.newText.slice(wordLength) };
}

const pairs = readPairs().filter(({ isRepeated }) => !isRepeated);

describe("for every pair of a document and an answer", () => {
  const offers = pairs
    .map((pair) => ({ id: pair.id, offer: offered(pair) }))
    .filter(({ offer }) => offer !== undefined);

  test("the menu has a beginning of what ghost text has", () => {
    const lost = offers.filter(({ offer }) => offer?.menu.trim() === "");
    const other = offers.filter(({ offer }) => offer?.ghost.startsWith(offer.menu) !== true);
    expect(offers.length).toBeGreaterThan(500);
    expect({ lost: lost.map(({ id }) => id), other: other.map(({ id }) => id) }).toEqual({
      lost: [],
      other: [],
    });
  });
});
