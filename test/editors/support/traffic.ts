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
  /** Whether the editor asked for suggestions after its last change, and has its answer. */
  isSettled(): boolean;
  /** Whether the document is open in the server that was started as this one, counted from 0. */
  isOpenIn(server: number): boolean;
  /** The responses that are errors. */
  errors(): readonly Message[];
}

export function trafficIn(folder: string): Traffic {
  const entries = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .flatMap((name) => completeLines(readFileSync(join(folder, name), "utf8")))
      .sort((a, b) => a.at - b.at);
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
    isSettled() {
      const all = entries();
      const isOf = ({ dir, message }: Entry, methods: readonly string[]) =>
        dir === "in" && methods.includes(message.method ?? "");
      const change = all.findLastIndex((entry) => isOf(entry, ["textDocument/didChange"]));
      const request = all.findLastIndex((entry) => isOf(entry, suggestionMethods));
      const id = all[request]?.message.id;
      return request > change && all.slice(request).some((entry) => isAnswerTo(entry, id));
    },
    isOpenIn(server) {
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
      const starts = files
        .map((text) => completeLines(text))
        .sort((a, b) => startOf(a) - startOf(b));
      return (starts[server] ?? []).some(
        ({ message }) => message.method === "textDocument/didOpen",
      );
    },
    errors: () =>
      entries()
        .filter(({ dir, message }) => dir === "out" && message.error !== undefined)
        .map(({ message }) => message),
  };
}

const suggestionMethods = ["textDocument/completion", "textDocument/inlineCompletion"];

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
