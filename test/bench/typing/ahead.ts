/**
 * Accepts line after line and counts how often the next one needs no request. Its text comes from what the model
 * wrote beyond the shown line (hot streak) or from a request made ahead (speculation).
 */
import type { Offset } from "../../../server/engine/document.ts";
import { createDocumentStore } from "../../../server/documents/document-store.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { openSession } from "./open-session.ts";

const lineCount = 60;
const latencyMs = 300;
/** From seeing a suggestion to accepting it, and from there to Enter. */
const readingMs = 700;
const enterMs = 250;

interface Way {
  readonly name: string;
  /** Lines that the model writes at a time. */
  readonly linesWritten: number;
  /** Metered: it is not asked ahead by default. */
  readonly isMetered: boolean;
  /** Of prose one line is shown at a time, whatever the model writes. */
  readonly languageId: "typescript" | "markdown";
}

const ways: readonly Way[] = [
  { name: "a line, metered", linesWritten: 1, isMetered: true, languageId: "typescript" },
  {
    name: "a line, local: asked ahead",
    linesWritten: 1,
    isMetered: false,
    languageId: "typescript",
  },
  {
    name: "four lines of prose, metered: hot streak",
    linesWritten: 4,
    isMetered: true,
    languageId: "markdown",
  },
  {
    name: "four lines of prose, local: both",
    linesWritten: 4,
    isMetered: false,
    languageId: "markdown",
  },
];

/** Rows of a table. */
export async function nextLineRows(): Promise<readonly (readonly string[])[]> {
  const rows = [["the model writes at a time", "lines", "requests", "next line with no wait"]];
  for (const way of ways) rows.push([way.name, ...(await acceptLines(way))]);
  return rows;
}

async function acceptLines(way: Way): Promise<readonly string[]> {
  const { linesWritten, isMetered, languageId } = way;
  const isProse = languageId === "markdown";
  const lead = isProse ? "" : "  ";
  const lines = Array.from({ length: lineCount }, (_, index) =>
    isProse ? `- Step ${index} compares left and right.` : `  await step${index}(left, right);`,
  );
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const uri = `file:///steps.${isProse ? "md" : "ts"}`;
  let text = isProse ? "# Steps\n\n" : "export async function run(left, right) {\n  ";
  const below = isProse ? "\n" : "\n}\n";
  const goal = `${text}${lines.join("\n").trimStart()}`;
  const provider = createScriptedProvider({
    clock,
    isMetered,
    // What follows in the goal, as a model without an end of its own would write it.
    answer: ({ site }) => {
      const rest = goal.slice(site.offset).split("\n");
      const skipped = rest[0] === "" ? 1 : 0;
      return { text: rest.slice(0, linesWritten + skipped).join("\n"), latencyMs };
    },
  });
  const session = openSession(clock, documents, provider);
  await clock.settle();
  documents.open({ uri, languageId, version: 1, text: text + below });
  const type = (typed: string): void => {
    const at = text.length;
    documents.change(uri, 1, [{ text: typed, toRange: () => ({ start: at, end: at }) }]);
    text += typed;
  };
  let atOnce = 0;
  let accepted = 0;
  while (text.length < goal.length) {
    const askedAt = clock.now();
    const outcome = await clock.until(
      session.suggest(
        { uri, offset: text.length as Offset, trigger: "automatic", surface: "inline" },
        new AbortController().signal,
      ),
    );
    if (outcome.kind !== "suggested") break;
    if (clock.now() === askedAt) atOnce += 1;
    await clock.advance(readingMs);
    const [{ insertText }] = outcome.suggestions;
    type(insertText);
    accepted += insertText.split("\n").filter((line) => line.trim() !== "").length;
    await clock.advance(enterMs);
    if (!insertText.endsWith("\n") && goal.startsWith(`${text}\n`)) type(`\n${lead}`);
  }
  await session.close();
  return [String(accepted), String(provider.seen.length), String(atOnce)];
}
