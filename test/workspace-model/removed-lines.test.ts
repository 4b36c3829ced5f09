import { expect, test } from "vitest";
import { OpenDocument } from "../../server/workspace-model/open/open-document.ts";
import { Vocabulary } from "../../server/workspace-model/tokens/vocabulary.ts";
import { newModel, offerAt, snapshotOf } from "./learn.ts";

const above = "import { client } from './client.ts';\n\n";
const call = "  client.send(request, timeoutOf(settings), retryPolicy);\n";

/** The lines that the document holds as removed after it had these texts, one after the other. */
function removedBy(...texts: readonly string[]): readonly string[] {
  const document = new OpenDocument(new Vocabulary(1000), snapshotOf("/a.ts", ""));
  for (const text of texts) {
    document.update(snapshotOf("/a.ts", text));
    document.syncAround(0);
  }
  return [...document.removedLines.texts];
}

test("the rest of a deleted line is offered where it is typed again with another start", () => {
  const model = newModel();
  const path = "/a/send.ts";
  const typed = `${above}  client.send(reply, timeoutOf(settings), ‸\n`;
  expect(offerAt(model, path, typed)).toBe("nothing");
  offerAt(model, path, `${above}${call}‸`);
  offerAt(model, path, `${above}‸`);
  expect(offerAt(model, path, typed)).toContain("retryPolicy);⟧");
  model.documentClosed(snapshotOf(path, "").uri);
  expect(offerAt(model, path, typed)).toBe("nothing");
});

test("a line that was rewritten whole is removed, one that was edited is not", () => {
  expect(removedBy(`a();\n${call}b();\n`, "a();\nb();\n")).toEqual([call.trim()]);
  expect(removedBy(`a();\n${call}b();\n`, `a();\n${call.replace("request", "r")}b();\n`)).toEqual(
    [],
  );
});

test("a line that stands on within the change is not removed", () => {
  const before = `one();\n${call}two();\n`;
  expect(removedBy(before, `${call}three();\n`)).toEqual(["one();"]);
});

test("CRLF and lone CR end removed lines too", () => {
  for (const end of ["\r\n", "\r"]) {
    expect(removedBy(["a();", "b();", "c();", ""].join(end), `a();${end}`)).toEqual([
      "b();",
      "c();",
    ]);
  }
});

test("any number of removals keeps the memory bounded", () => {
  const document = new OpenDocument(new Vocabulary(100_000), snapshotOf("/a.ts", ""));
  for (let at = 0; at < 2000; at++) {
    for (const text of [`value${at} = compute(${at});\n`, ""]) {
      document.update(snapshotOf("/a.ts", text));
      document.syncAround(0);
    }
  }
  const { index, texts } = document.removedLines;
  expect(texts.has("value1999 = compute(1999);")).toBe(true);
  expect(texts.size).toBeLessThan(1000);
  expect(index?.usedBytes).toBeLessThan(256 * 1024);
});
