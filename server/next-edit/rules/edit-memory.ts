/**
 * What the user's edits have taught: rules with their instances, what was passed by, refused and replaced. All of it
 * is bounded and none of it outlives the process.
 */
import type { LineText } from "../line-text.ts";
import { sharedLength } from "../rewrite/words.ts";
import type { SettledEdit } from "../texts.ts";
import { learnBlock, newBlockRule } from "./learn-block.ts";
import { learnLine, newLineRule } from "./learn-line.ts";
import { RememberedLines } from "./remembered-lines.ts";
import {
  copyRule,
  lastOf,
  type BlockRule,
  type Instance,
  type LineRule,
  type Rule,
} from "./rule.ts";

const mostRules = 64;
/** A rule that was not confirmed by so many edits is forgotten. */
const longestAge = 64;
/** An edit that was taken back counts as so many refusals. */
const undoWeight = 2;

export class EditMemory {
  /** In the order in which they were made. */
  rules: Rule[] = [];
  /** The number of the last edit. */
  clock = 0;
  /** `undefined` when the last edit was taken back. */
  last: SettledEdit | undefined;
  /** The rules that the last edit made or confirmed. */
  lastRules: readonly Rule[] = [];
  readonly #edited = new Set<string>();
  /** What the user replaced at a line, with what stands there now. */
  #replaced = new RememberedLines();
  #refused = new RememberedLines();
  #chains = 0;

  /** Documents that were edited, in the order of their first edit. */
  get edited(): ReadonlySet<string> {
    return this.#edited;
  }

  /** Takes an edit in; `text` is the document after it. */
  learn(edit: SettledEdit, text: LineText): void {
    this.shift(edit.uri, edit.line, edit.newLines.length - edit.oldLines.length);
    this.clock++;
    this.last = undefined;
    this.lastRules = [];
    if (this.#takeBack(edit)) return;
    this.#noteReplaced(edit);
    this.#widenCover(edit);
    this.#edited.add(edit.uri);
    this.lastRules = this.#rulesOf(edit, text);
    this.last = edit;
    this.#forgetOld();
  }

  /** Moves what lies below `line` by `growth` lines. */
  shift(uri: string, line: number, growth: number): void {
    if (growth === 0) return;
    for (const { cover, seen } of this.rules) {
      const covered = cover.get(uri);
      if (covered !== undefined) {
        if (covered.low > line) covered.low += growth;
        if (covered.high > line) covered.high += growth;
      }
      for (const instance of seen) {
        if (instance.uri === uri && instance.line > line) instance.line += growth;
      }
    }
  }

  /** The user does not want this text at such a place. */
  refuse(rule: Rule | undefined, uri: string, text: readonly string[]): void {
    this.#refused.set(uri, text.join("\n").trim(), "");
    if (rule !== undefined) rule.refusals++;
  }

  isRefused(uri: string, text: readonly string[]): boolean {
    if (this.#refused.isEmpty) return false;
    return this.#refused.get(uri, text.join("\n").trim()) !== undefined;
  }

  /** Whether the user replaced `wanted` by what stands there now. */
  isReversal(uri: string, wanted: string, now: string): boolean {
    return this.#replaced.get(uri, wanted.trim()) === now.trim();
  }

  /** Rules that the last edits made or confirmed, the newest first. */
  recentRules(most: number): readonly Rule[] {
    return this.rules
      .filter((rule) => this.clock - rule.clock <= most)
      .toSorted((one, other) => other.clock - one.clock)
      .slice(0, most);
  }

  /** The lines that hold an edit of this rule or of its chain, by `lineKey`. */
  doneLines(rule: Rule): ReadonlySet<string> {
    const { chain } = lastOf<Instance>(rule.seen);
    const done = new Set<string>();
    for (const each of this.rules) {
      for (const instance of each.seen) {
        if (each === rule || instance.chain === chain)
          done.add(lineKey(instance.uri, instance.line));
      }
    }
    return done;
  }

  forgetDocument(uri: string): void {
    this.#edited.delete(uri);
    for (const rule of this.rules) {
      rule.cover.delete(uri);
      if (rule.kind === "line") rule.seen = rule.seen.filter((each) => each.uri !== uri);
      else rule.seen = rule.seen.filter((each) => each.uri !== uri);
    }
    this.rules = this.rules.filter(({ seen }) => seen.length > 0);
    this.#refused.forget(uri);
    this.#replaced.forget(uri);
    if (this.last?.uri === uri) this.last = undefined;
  }

  /** For an edit that may still go on: what it teaches goes into the copy. */
  copy(): EditMemory {
    const copy = new EditMemory();
    const copies = new Map(this.rules.map((rule) => [rule, copyRule(rule)]));
    copy.rules = [...copies.values()];
    copy.clock = this.clock;
    copy.last = this.last;
    copy.lastRules = this.lastRules.flatMap((rule) => copies.get(rule) ?? []);
    for (const uri of this.#edited) copy.#edited.add(uri);
    copy.#replaced = this.#replaced.copy();
    copy.#refused = this.#refused.copy();
    copy.#chains = this.#chains;
    return copy;
  }

  /** The way back from an edit teaches nothing, but counts against its rule. */
  #takeBack({ uri, line, oldLines, newLines }: SettledEdit): boolean {
    const old = oldLines.join("\n").trim();
    const now = newLines.join("\n").trim();
    for (const rule of this.rules) {
      const { before, after } = sidesOf(rule);
      const index = rule.seen.findIndex(
        (instance, at) =>
          instance.uri === uri &&
          Math.abs(instance.line - line) <= 1 &&
          before(at).trim() === now &&
          after(at).trim() === old,
      );
      if (index < 0) continue;
      rule.seen.splice(index, 1);
      rule.refusals += undoWeight;
      if (rule.seen.length === 0) this.rules = this.rules.filter((each) => each !== rule);
      return true;
    }
    return false;
  }

  #noteReplaced({ uri, oldLines, newLines }: SettledEdit): void {
    for (const [index, line] of oldLines.entries()) {
      const now = (newLines[index] ?? "").trim();
      if (line.trim() !== "") this.#replaced.set(uri, line.trim(), now);
    }
  }

  #widenCover({ uri, line, newLines }: SettledEdit): void {
    const end = line + newLines.length;
    for (const { cover } of this.rules) {
      const covered = cover.get(uri) ?? { low: line, high: end };
      cover.set(uri, { low: Math.min(covered.low, line), high: Math.max(covered.high, end) });
    }
  }

  #rulesOf(edit: SettledEdit, text: LineText): readonly Rule[] {
    const { oldLines, newLines } = edit;
    if (oldLines.length === newLines.length) {
      return oldLines.flatMap((_, index) => this.#learnLine(edit, index, text) ?? []);
    }
    if (oldLines.length > 0 && newLines.length > 0) return [];
    const rule = this.#learnBlock(edit, text);
    return rule === undefined ? [] : [rule];
  }

  #learnLine(edit: SettledEdit, index: number, text: LineText): Rule | undefined {
    const { uri, line, oldLines, newLines } = edit;
    const place = { uri, line: line + index };
    const oldLine = oldLines[index] ?? "";
    const newLine = newLines[index] ?? "";
    const learned = learnLine(place, oldLine, newLine, text, this.rules, ++this.#chains);
    if (learned === undefined) return undefined;
    const known = this.rules.find((rule): rule is LineRule => isLine(rule, learned.key));
    const rule = known ?? newLineRule(learned, this.clock);
    const [atom] = learned.instance.atoms;
    rule.left = shared(rule.left, atom?.left ?? []);
    rule.right = shared(rule.right, atom?.right ?? []);
    rule.seen.push(learned.instance);
    return this.#confirm(rule, known !== undefined, edit, place.line);
  }

  #learnBlock(edit: SettledEdit, text: LineText): Rule | undefined {
    const learned = learnBlock(edit, text, this.rules, ++this.#chains);
    if (learned === undefined) return undefined;
    const known = this.rules.find(
      (rule): rule is BlockRule => rule.kind !== "line" && rule.key === learned.key,
    );
    const rule = known ?? newBlockRule(learned, this.clock);
    rule.seen.push(learned.instance);
    return this.#confirm(rule, known !== undefined, edit, edit.line);
  }

  #confirm(rule: Rule, isKnown: boolean, edit: SettledEdit, line: number): Rule {
    if (!isKnown) this.rules.push(rule);
    rule.clock = this.clock;
    if (edit.isAccepted) rule.acceptances++;
    if (!rule.cover.has(edit.uri)) rule.cover.set(edit.uri, { low: line, high: line + 1 });
    return rule;
  }

  #forgetOld(): void {
    this.rules = this.rules
      .filter((rule) => this.clock - rule.clock <= longestAge)
      .slice(-mostRules);
    for (const rule of this.rules) {
      if (rule.seen.length > mostRules) rule.seen.splice(0, rule.seen.length - mostRules);
    }
  }
}

export function lineKey(uri: string, line: number): string {
  return `${line}\0${uri}`;
}

function isLine(rule: Rule, key: string): boolean {
  return rule.kind === "line" && rule.key === key;
}

function shared(one: readonly string[], other: readonly string[]): readonly string[] {
  return one.slice(0, sharedLength(one, other));
}

function none(): string {
  return "";
}

/** The text of an instance before and after its edit. */
function sidesOf(rule: Rule) {
  if (rule.kind === "line") {
    return {
      before: (at: number) => rule.seen[at]?.before.text ?? "",
      after: (at: number) => rule.seen[at]?.after.text ?? "",
    };
  }
  const block = (at: number): string => rule.seen[at]?.lines.join("\n") ?? "";
  return rule.kind === "deleted" ? { before: block, after: none } : { before: none, after: block };
}
