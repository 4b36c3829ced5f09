// What was said between the editor and the server, read back from what record.mjs wrote.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface Entry {
  readonly at: number;
  readonly dir: "start" | "in" | "out" | "end";
  readonly message: Message & { readonly pid?: number; readonly code?: number };
}

export interface Traffic {
  /** Everything of every server process so far, in the order of time. */
  entries(): readonly Entry[];
  /** The servers' process ids, the oldest first. */
  pids(): readonly number[];
  /** What the editor sent with this method. */
  received(method: string): readonly Message[];
  /** What the server sent with this method. */
  sent(method: string): readonly Message[];
  /** How many requests with this method have their answer. */
  answered(method: string): number;
  /** Whether the last request for suggestions was for this character of its line, and is answered. */
  isSettledAt(character: number): boolean;
  /** Whether the editor asked for suggestions at all, and has an answer to each request. */
  isQuiet(): boolean;
  /** Whether the document is open in the server that was started as this one, counted from 0. */
  isOpenIn(server: number): boolean;
  /** The responses that are errors, but for those to requests that the editor cancelled. */
  errors(): readonly Message[];
}

export function trafficIn(folder: string): Traffic {
  const entries = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .flatMap((name) => completeLines(readFileSync(join(folder, name), "utf8")))
      .toSorted((a, b) => a.at - b.at);
  const messages = (dir: Entry["dir"], method: string) =>
    entries()
      .filter((entry) => entry.dir === dir && entry.message.method === method)
      .map((entry) => entry.message);
  return {
    entries,
    pids: () =>
      entries().flatMap(({ dir, message }) =>
        dir === "start" && message.pid !== undefined ? [message.pid] : [],
      ),
    received: (method) => messages("in", method),
    sent: (method) => messages("out", method),
    answered(method) {
      const all = entries();
      const asked = all.filter(({ dir, message }) => dir === "in" && message.method === method);
      return asked.filter(({ message }) => all.some((entry) => isAnswerTo(entry, message.id)))
        .length;
    },
    isSettledAt(character) {
      const all = entries();
      const index = all.findLastIndex(isSuggestionRequest);
      const request = all[index]?.message;
      const { position } = (request?.params ?? {}) as { position?: { character: number } };
      if (position?.character !== character) return false;
      return all.slice(index).some((entry) => isAnswerTo(entry, request?.id));
    },
    isQuiet() {
      const all = entries();
      const asked = all.filter(isSuggestionRequest);
      const isAnswered = ({ message }: Entry) => all.some((entry) => isAnswerTo(entry, message.id));
      return asked.length > 0 && asked.every((entry) => isAnswered(entry));
    },
    isOpenIn(server) {
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
      const starts = files
        .map((text) => completeLines(text))
        .toSorted((a, b) => startOf(a) - startOf(b));
      return (starts[server] ?? []).some(
        ({ message }) => message.method === "textDocument/didOpen",
      );
    },
    errors: () =>
      entries()
        .map(({ message }) => message)
        .filter(({ error }) => error !== undefined && error.code !== requestCancelled),
  };
}

const requestCancelled = -32800;

const suggestionMethods = ["textDocument/completion", "textDocument/inlineCompletion"];

function isSuggestionRequest({ dir, message }: Entry): boolean {
  return dir === "in" && suggestionMethods.includes(message.method ?? "");
}

function isAnswerTo({ dir, message }: Entry, id: Message["id"]): boolean {
  return dir === "out" && message.method === undefined && message.id === id;
}

function startOf(entries: readonly Entry[]): number {
  return entries[0]?.at ?? 0;
}

/** The last line may still be on its way. */
function completeLines(text: string): Entry[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
}
