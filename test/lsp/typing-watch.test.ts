import { expect, test } from "vitest";

import { createTypingWatch } from "../../server/lsp/methods/completion.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const uri = "file:///a.ts";

function watch() {
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const typing = createTypingWatch({ clock, documents });
  documents.open({ uri, text: "" });
  const menu = (triggerKind: number | undefined, of = uri) =>
    typing.isInvoked({
      uri: of,
      triggerKind,
      position: { line: 0, character: 0 },
      selected: undefined,
      hasSelection: false,
    });
  return { clock, type: () => documents.change(uri, 2, [{ text: `${clock.now()}x` }]), menu };
}

test("a menu that opens right after a key was opened by typing; the next one, without a key, was not", () => {
  const { type, menu } = watch();
  type();
  expect(menu(1)).toBe(false);
  expect(menu(1)).toBe(true);
});

test("longer after a key than any editor waits, the user has asked", async () => {
  const { clock, type, menu } = watch();
  type();
  await clock.advance(700);
  expect(menu(1)).toBe(true);
});

test("in another document than the one typed in, the user has asked", () => {
  const { type, menu } = watch();
  type();
  expect(menu(1, "file:///b.ts")).toBe(true);
});

test("trigger characters, incomplete lists and clients that do not say are never by key", () => {
  const { menu } = watch();
  expect([menu(2), menu(3), menu(undefined)]).toEqual([false, false, false]);
});
