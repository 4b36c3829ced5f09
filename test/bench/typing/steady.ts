/** 120 keys at 12 per second, each request cancelled by the next: the worst load from one client. */
import type { Offset } from "../../../server/engine/document.ts";
import { createDocumentStore } from "../../../server/documents/document-store.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { openSession } from "./open-session.ts";

const keyGapMs = 1000 / 12;
const typed =
  "const total = items.reduce((sum, item) => sum + item.price * item.count, 0); ".repeat(2);
const keyCount = 120;

/** Requests that go out when the backend takes `latencyMs` and never says what is typed. */
export async function steadyKeys(latencyMs: number): Promise<number> {
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const provider = createScriptedProvider({
    clock,
    answer: () => ({ text: "somethingElse(entirely);", latencyMs }),
  });
  const session = openSession(clock, documents, provider);
  const uri = "file:///steady.ts";
  const above = "export function run(items) {\n  ";
  documents.open({ uri, languageId: "typescript", version: 1, text: `${above}\n}\n` });
  let controller = new AbortController();
  for (let index = 0; index < keyCount; index++) {
    const offset = above.length + index;
    const text = typed.charAt(index);
    documents.change(uri, index + 2, [{ text, toRange: () => ({ start: offset, end: offset }) }]);
    controller.abort();
    controller = new AbortController();
    const request = {
      uri,
      offset: (offset + 1) as Offset,
      trigger: "automatic",
      surface: "inline",
    } as const;
    void session.suggest(request, controller.signal);
    await clock.advance(keyGapMs);
  }
  await session.close();
  return provider.seen.length;
}
