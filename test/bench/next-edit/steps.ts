/** A commit as an editing session: its documents line by line, and the steps that lead to the author's text. */
import { pairLines } from "../../../server/next-edit/rewrite/pair-lines.ts";
import type { Commit } from "./history.ts";

/** A line of a document: what it says now, and what the author left there. */
export interface Line {
  text: string;
  /** `undefined`: the author deleted it. */
  readonly goal: string | undefined;
}

export interface EditedDocument {
  readonly lines: Line[];
  /** Steps that add lines before one, or at the end. */
  readonly insertions: Map<Line | undefined, InsertStep[]>;
}

interface AnyStep {
  readonly path: string;
  /** Where it lies in the document before the commit. */
  readonly at: number;
  readonly count: number;
}
export interface ReplaceStep extends AnyStep {
  readonly kind: "replace";
  readonly line: Line;
}
export interface DeleteStep extends AnyStep {
  readonly kind: "delete";
  readonly lines: readonly Line[];
}
export interface InsertStep extends AnyStep {
  readonly kind: "insert";
  before: Line | undefined;
  /** What is still to be added. */
  added: readonly string[];
}
export type Step = ReplaceStep | DeleteStep | InsertStep;

export interface CommitSession {
  readonly documents: ReadonlyMap<string, EditedDocument>;
  readonly steps: readonly Step[];
}

export function sessionOf(commit: Commit, tree: ReadonlyMap<string, string>): CommitSession {
  const documents = new Map<string, EditedDocument>();
  const steps: Step[] = [];
  for (const { path, status } of commit.changes) {
    const text = tree.get(path);
    const hunks = commit.hunks.get(path);
    if (status !== "M" || text === undefined || hunks === undefined) continue;
    const before = text.split("\n");
    // The history may go over a text that is not in the tree that is walked.
    const isOther = hunks.some(({ start, old }) =>
      old.some((line, index) => before[start + index] !== line),
    );
    if (isOther) continue;
    const goals = new Map<number, string | undefined>();
    const insertions: { at: number; added: readonly string[] }[] = [];
    for (const { start, old, now } of hunks) {
      let i = 0;
      let j = 0;
      for (const [x, y] of [...pairLines(old, now), [old.length, now.length] as const]) {
        for (; i < x; i++) goals.set(start + i, undefined);
        if (y > j) insertions.push({ at: start + x, added: now.slice(j, y) });
        if (x < old.length) goals.set(start + x, now[y]);
        i = x + 1;
        j = y + 1;
      }
    }
    const lines = before.map((line, index): Line => {
      const goal = goals.has(index) ? goals.get(index) : line;
      // Indented again by a formatter: not work.
      const isSame = goal !== undefined && goal.trim() === line.trim();
      return { text: isSame ? goal : line, goal };
    });
    const document: EditedDocument = { lines: [...lines], insertions: new Map() };
    documents.set(path, document);
    steps.push(...stepsOf(path, lines, insertions, document));
  }
  return { documents, steps };
}

function stepsOf(
  path: string,
  lines: readonly Line[],
  insertions: readonly { readonly at: number; readonly added: readonly string[] }[],
  document: EditedDocument,
): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at <= lines.length; at++) {
    for (const { added } of insertions.filter((each) => each.at === at)) {
      const before = lines[at];
      const step: InsertStep = { kind: "insert", path, at, count: added.length, before, added };
      document.insertions.set(before, [...(document.insertions.get(before) ?? []), step]);
      steps.push(step);
    }
    const line = lines[at];
    if (line === undefined) break;
    if (line.goal === undefined) {
      const deleted: Line[] = [];
      for (let end = at; lines[end]?.goal === undefined && end < lines.length; end++) {
        if (end > at && insertions.some((each) => each.at === end)) break;
        const next = lines[end];
        if (next !== undefined) deleted.push(next);
      }
      steps.push({ kind: "delete", path, at, count: deleted.length, lines: deleted });
      at += deleted.length - 1;
    } else if (line.text !== line.goal) steps.push({ kind: "replace", path, at, count: 1, line });
  }
  return steps;
}

export type Order = "near" | "file";

/** In the files' order, or from a random step always to the nearest next one. */
export function ordered(steps: readonly Step[], order: Order, random: () => number): Step[] {
  if (order === "file") return [...steps];
  const left = new Set(steps);
  const chosen: Step[] = [];
  const any = (from: readonly Step[]): Step | undefined => from[Math.floor(random() * from.length)];
  let now = any(steps);
  while (now !== undefined) {
    chosen.push(now);
    left.delete(now);
    const { path, at } = now;
    const here = [...left].filter((step) => step.path === path);
    const cost = (step: Step): number => (step.at >= at ? step.at - at : 1.5 * (at - step.at));
    const nearest = here.toSorted((one, other) => cost(one) - cost(other))[0];
    const elsewhere = any([...left])?.path;
    now = nearest ?? any([...left].filter((step) => step.path === elsewhere));
  }
  return chosen;
}
