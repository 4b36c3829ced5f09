/** What is typed where: made of real files, or of a trace that a person recorded. */
import { readFileSync } from "node:fs";

import { tracePrefix, type TraceRecord } from "../../../server/session/typing/typing-trace.ts";
import { seededRandom } from "../workspace-model/random.ts";
import { keysFor, textOf, type Key } from "./keys.ts";
import type { Stretch } from "./sources.ts";

export interface Script {
  readonly uri: string;
  readonly languageId: string;
  /** The document around the place where `goal` is typed. */
  readonly above: string;
  readonly below: string;
  readonly goal: string;
  readonly keys: readonly Key[];
  /** For what a model says at its places. */
  readonly seed: number;
}

export function scriptOf(stretch: Stretch, index: number, seed: number): Script {
  const { file, start, end } = stretch;
  const indentation = /^[ \t]*/.exec(file.lines[start] ?? "")?.[0] ?? "";
  const goal = textOf(stretch);
  return {
    uri: `file:///${index}${file.path}`,
    languageId: file.languageId,
    above: [...file.lines.slice(0, start), indentation].join("\n"),
    below: `\n${file.lines.slice(end).join("\n")}`,
    goal,
    keys: keysFor(goal, seededRandom(seed + 31 * index)),
    seed: seed + 1000 * index,
  };
}

/** Shorter runs of typing say nothing. */
const shortestRun = 20;
/** A person who rests longer than this has left the desk. */
const longestGapMs = 60_000;

/**
 * The runs of typing in a log with a trace (`log.recordTyping`): edits that go on at the place where the one
 * before ended. The trace holds no text, so a made-up one of the same lengths is typed.
 */
export function scriptsOfTrace(path: string, seed: number): readonly Script[] {
  const runs: TraceRecord[][] = [];
  const ends = new Map<number, number>();
  for (const record of recordsIn(readFileSync(path, "utf8"))) {
    if (record.kind !== "edit") continue;
    const isNext = ends.get(record.d) === record.at + record.removed;
    if (isNext) runs.at(-1)?.push(record);
    else runs.push([record]);
    ends.clear();
    ends.set(record.d, record.at + record.inserted);
  }
  return runs
    .map((run, index) => scriptOfRun(run, index, seed))
    .filter(({ goal }) => goal.length >= shortestRun);
}

function recordsIn(log: string): TraceRecord[] {
  return log.split("\n").flatMap((line) => {
    const start = line.indexOf(`${tracePrefix}{`);
    return start < 0 ? [] : [JSON.parse(line.slice(start + tracePrefix.length)) as TraceRecord];
  });
}

function scriptOfRun(run: readonly TraceRecord[], index: number, seed: number): Script {
  const keys: Key[] = [];
  let before = run[0]?.t ?? 0;
  for (const record of run) {
    if (record.kind !== "edit") continue;
    let gapMs = Math.min(longestGapMs, record.t - before);
    before = record.t;
    for (let count = 0; count < record.removed; count++) {
      takeBack(keys, gapMs);
      gapMs = 0;
    }
    if (record.inserted > 0) keys.push({ gapMs, kind: "right", text: madeUp(record), position: 0 });
  }
  const { goal, placed } = place(keys);
  return {
    uri: `file:///trace-${index}.txt`,
    languageId: "plaintext",
    above: "The text above the trace.\n",
    below: "\nThe text below the trace.\n",
    goal,
    keys: placed,
    seed: seed + 1000 * index,
  };
}

/** The last right key turns out to have been a wrong one. */
function takeBack(keys: Key[], gapMs: number): void {
  const last = keys.findLastIndex(({ kind }) => kind === "right");
  const key = keys[last];
  if (key === undefined) return;
  keys[last] = { ...key, kind: "wrong", text: "~" };
  keys.push({ gapMs, kind: "backspace", text: "", position: 0 });
}

/** Puts the right keys one behind the other. */
function place(keys: readonly Key[]): { readonly goal: string; readonly placed: readonly Key[] } {
  let goal = "";
  const placed = keys.map((key) => {
    if (key.kind === "right") goal += key.text;
    return { ...key, position: goal.length };
  });
  return { goal, placed };
}

function madeUp({ at, inserted, lines }: Extract<TraceRecord, { kind: "edit" }>): string {
  const letters = Array.from({ length: Math.max(0, inserted - lines) }, (_, index) =>
    String.fromCharCode(97 + (((at + index) * 7919) % 26)),
  );
  return "\n".repeat(lines) + letters.join("");
}
