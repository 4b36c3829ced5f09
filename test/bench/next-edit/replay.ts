/** Replays commits as editing sessions. After each manual edit the engine may show places, which are judged. */
import { nextPlace } from "../../../server/next-edit/choose.ts";
import { NextEdit, type Place } from "../../../server/next-edit/next-edit.ts";
import type { Ranking } from "../../../server/next-edit/ranking/features.ts";
import { tokensOf } from "../../../server/next-edit/rewrite/line-tokens.ts";
import { spansOf } from "../../../server/next-edit/rewrite/spans.ts";
import { EditedTexts } from "../../support/edited-texts.ts";
import { readHistory } from "./history.ts";
import { isSame, judge, type Verdict } from "./judge.ts";
import { seeded } from "./seeded.ts";
import { ordered, sessionOf, type CommitSession, type Order, type Step } from "./steps.ts";
import { newTally, type Tally } from "./tally.ts";

export interface ReplayOptions {
  readonly limit: number;
  readonly threshold: number;
  readonly order: Order;
  readonly ranking: Ranking;
  readonly seed: number;
  /** Every place that was found after a step, with its verdict: for fitting. */
  readonly onFound?: (found: readonly Judged[], commit: string) => void;
}

export interface Judged {
  readonly place: Place;
  readonly verdict: Verdict;
}

const mostFiles = 25;
const mostLines = 600;
const longestChain = 60;

/** One tally for each commit. */
export function replay(checkout: string, options: ReplayOptions): readonly Tally[] {
  const { commits, tree, texts } = readHistory(checkout, options.limit);
  const now = new Map(tree);
  const workspace = new EditedTexts();
  for (const [path, text] of now) workspace.set(path, text);
  const tallies: Tally[] = [];
  for (const commit of commits) {
    const session = sessionOf(commit, now);
    const changed = [...commit.hunks.values()]
      .flat()
      .reduce((sum, { old, now: added }) => sum + old.length + added.length, 0);
    if (session.steps.length > 0 && session.documents.size <= mostFiles && changed <= mostLines) {
      tallies.push(new CommitReplay(workspace, session, commit.hash, options).run());
      for (const path of session.documents.keys()) workspace.set(path, now.get(path));
    }
    for (const { path, blob, status } of commit.changes) {
      const text = status === "D" ? undefined : texts.get(blob);
      if (text === undefined) now.delete(path);
      else now.set(path, text);
      workspace.set(path, text);
    }
  }
  return tallies;
}

class CommitReplay {
  readonly #tally = newTally();
  readonly #nextEdit: NextEdit;
  readonly #random: () => number;
  readonly #texts: EditedTexts;
  readonly #session: CommitSession;
  readonly #hash: string;
  readonly #options: ReplayOptions;
  #cursor = { uri: "", line: 0 };
  /** Lines that were replaced, with what stood there: to find proposals that would bring it back. */
  readonly #replaced = new Map<string, Set<string>>();

  constructor(texts: EditedTexts, session: CommitSession, hash: string, options: ReplayOptions) {
    this.#texts = texts;
    this.#session = session;
    this.#hash = hash;
    this.#options = options;
    this.#nextEdit = new NextEdit(options.ranking);
    this.#random = seeded(Number.parseInt(hash.slice(0, 8), 16) + options.seed);
    for (const [path, { lines }] of session.documents) {
      texts.replace(
        path,
        0,
        texts.get(path)?.lines.length ?? 0,
        lines.map(({ text }) => text),
      );
    }
  }

  run(): Tally {
    const { steps } = this.#session;
    for (const { kind, count } of steps) {
      this.#tally.lines += count;
      if (kind === "replace") this.#tally.replacedLines += count;
    }
    for (const step of ordered(steps, this.#options.order, this.#random)) {
      const keys = keysOf(step);
      if (!this.#perform(step)) continue;
      this.#tally.keys += keys;
      this.#tally.handEdits++;
      this.#follow();
    }
    return this.#tally;
  }

  /** Shows places one after the other for as long as they are useful. */
  #follow(): void {
    const tally = this.#tally;
    for (let length = 0; length < longestChain; length++) {
      const startedAt = performance.now();
      const found = this.#propose();
      tally.proposeMs.push(performance.now() - startedAt);
      this.#options.onFound?.(
        found.map((place) => ({ place, verdict: this.#judge(place) })),
        this.#hash,
      );
      const place = nextPlace(found, this.#options.threshold, this.#cursor);
      if (place === undefined) return;
      const verdict = this.#judge(place);
      tally.shown.push({
        kind: place.kind,
        probability: place.probability,
        isFirst: length === 0,
        isReversal: this.#isReversal(place),
        lines: Math.max(place.count, place.lines.length),
        ...verdict,
      });
      if (!verdict.isUseful) {
        this.#nextEdit.refuse(place);
        return;
      }
      this.#accept(place, verdict);
    }
  }

  #propose(): readonly Place[] {
    const steps = this.#nextEdit.propose(this.#texts);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  #judge(place: Place): Verdict {
    return judge(place, this.#session.documents.get(place.uri));
  }

  /** By hand. False when nothing is left to do. */
  #perform(step: Step): boolean {
    const document = this.#session.documents.get(step.path);
    if (document === undefined) return false;
    const { lines, insertions } = document;
    switch (step.kind) {
      case "replace": {
        const { line } = step;
        if (line.goal === undefined || isSame(line.text, line.goal)) return false;
        const at = lines.indexOf(line);
        if (at < 0) return false;
        line.text = line.goal;
        this.#edit(step.path, at, 1, [line.goal], false);
        return true;
      }
      case "delete": {
        const left = step.lines.filter((line) => lines.includes(line));
        const [first] = left;
        if (first === undefined) return false;
        const at = lines.indexOf(first);
        lines.splice(at, left.length);
        const next = lines[at];
        for (const line of left) {
          const moved = insertions.get(line);
          if (moved === undefined) continue;
          insertions.delete(line);
          for (const each of moved) each.before = next;
          insertions.set(next, [...moved, ...(insertions.get(next) ?? [])]);
        }
        this.#edit(step.path, at, left.length, [], false);
        return true;
      }
      case "insert": {
        const { added, before } = step;
        if (added.length === 0) return false;
        const at = before === undefined ? lines.length : lines.indexOf(before);
        if (at < 0) return false;
        lines.splice(at, 0, ...added.map((text) => ({ text, goal: text })));
        step.added = [];
        this.#edit(step.path, at, 0, added, false);
        return true;
      }
    }
  }

  #accept(place: Place, { isExact, insertion }: Verdict): void {
    const { uri, line, count, lines: wanted } = place;
    const document = this.#session.documents.get(uri);
    if (document === undefined) return;
    const here = document.lines[line];
    if (count === 1 && wanted.length === 1 && here !== undefined) {
      here.text = isExact ? (here.goal ?? "") : (wanted[0] ?? "");
      this.#tally.doneLines += isExact ? 1 : 0.5;
      if (isExact) this.#tally.doneReplacedLines++;
      this.#edit(uri, line, 1, [here.text], true);
    } else if (wanted.length === 0) {
      const deleted = document.lines.slice(line, line + count);
      this.#tally.doneLines += count;
      this.#perform({ kind: "delete", path: uri, at: line, count, lines: deleted });
    } else if (insertion !== undefined) {
      const { step } = insertion;
      document.lines.splice(line, 0, ...wanted.map((text) => ({ text, goal: text })));
      step.added = step.added.slice(wanted.length);
      this.#tally.doneLines += wanted.length;
      this.#edit(uri, line, 0, wanted, true);
    }
  }

  #edit(
    uri: string,
    line: number,
    count: number,
    newLines: readonly string[],
    isAccepted: boolean,
  ): void {
    const oldLines = this.#texts.replace(uri, line, count, newLines);
    for (const [index, old] of oldLines.entries()) {
      const key = `${uri}\0${old.trim()}`;
      const became = this.#replaced.get(key) ?? new Set();
      this.#replaced.set(key, became.add((newLines[index] ?? "").trim()));
    }
    this.#nextEdit.learn({ uri, line, oldLines, newLines, isAccepted }, this.#texts);
    this.#cursor = { uri, line };
  }

  /** Whether the place would bring back what was replaced by just this. */
  #isReversal({ uri, line, count, lines }: Place): boolean {
    const text = this.#texts.get(uri);
    return lines.some((wanted, index) => {
      const now = count === 0 ? "" : (text?.line(line + index) ?? "").trim();
      return this.#replaced.get(`${uri}\0${wanted.trim()}`)?.has(now) === true;
    });
  }
}

/** Keys that a step costs by hand: a word is deleted by one key, letters are typed. */
function keysOf(step: Step): number {
  switch (step.kind) {
    case "insert":
      return step.added.reduce((sum, line) => sum + line.trim().length + 1, 0);
    case "delete":
      return 2;
    case "replace": {
      const spans = spansOf(tokensOf(step.line.text), tokensOf(step.line.goal ?? ""));
      return spans.reduce((sum, { old, words }) => sum + old.length + words.join(" ").length, 2);
    }
  }
}
