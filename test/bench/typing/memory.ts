/** Memory over a long day: keys in 200 documents, with the heap measured after each tenth of them. */
import type { Offset } from "../../../server/engine/document.ts";
import { createDocumentStore } from "../../../server/documents/document-store.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { heapBytes } from "../../support/heap.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { seededRandom, type Random } from "../workspace-model/random.ts";
import { openSession } from "./open-session.ts";

const documentCount = 200;
const lineCount = 300;
/** Keys typed in a document before the next one has its turn. */
const keysPerVisit = 50;
/**
 * Typed before the first tenth: twice in every document, so that whatever is bounded by entries, bytes or
 * documents is full, and compiled code has its final size.
 */
const warmUpKeys = 2 * documentCount * keysPerVisit;

/** Plays `keys` keys after the warm-up and prints the heap after each tenth. */
export async function measureMemory(keys: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const provider = createScriptedProvider({
    clock,
    answer: () => ({ text: `${word(random)}(${word(random)});`, latencyMs: 200 }),
    isRecording: false,
  });
  const session = openSession(clock, documents, provider);
  const text = Array.from({ length: lineCount }, () => `${word(random)}(${word(random)});`).join(
    "\n",
  );
  const cursors = new Map<string, number>();
  const heaps: number[] = [];
  for (let key = 0; key < warmUpKeys + keys; key++) {
    const uri = `file:///${Math.floor(key / keysPerVisit) % documentCount}.ts`;
    // Each visit begins with the first text again: it is the session that must not grow, not the texts.
    if (key % keysPerVisit === 0) {
      documents.open({ uri, languageId: "typescript", version: 1, text });
      cursors.set(uri, Math.floor(random() * text.length));
    }
    const cursor = cursors.get(uri) ?? 0;
    const typed = random() < 0.03 ? "\n" : word(random).charAt(0);
    documents.change(uri, 1, [{ text: typed, toRange: () => ({ start: cursor, end: cursor }) }]);
    cursors.set(uri, cursor + 1);
    const offset = (cursor + 1) as Offset;
    void session.suggest(
      { uri, offset, trigger: "automatic", surface: "inline" },
      new AbortController().signal,
    );
    await clock.advance(key % 7 === 0 ? 900 : 120);
    const counted = key + 1 - warmUpKeys;
    if (counted >= 0 && counted % Math.floor(keys / 10) === 0) heaps.push(heapBytes());
  }
  const { cache, counters } = session.status();
  await session.close();
  const megabytes = heaps.map((bytes) => (bytes / 1_048_576).toFixed(1));
  const [, first = 0] = heaps;
  const growth = ((heaps.at(-1) ?? 0) / first - 1) * 100;
  console.log(
    `\nmemory over ${keys} keys in ${documentCount} documents, heap in MiB after ${warmUpKeys} keys of warm-up, then after each tenth\n`,
  );
  console.log(megabytes.join("  "));
  console.log(`last tenth against the first: ${growth.toFixed(1)} % (<= 5 %)`);
  console.log(
    `${cache.entries} answers in the cache, ${(cache.bytes / 1024).toFixed(0)} KiB; ${counters.requests} requests`,
  );
}

function word(random: Random): string {
  return Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join(
    "",
  );
}
