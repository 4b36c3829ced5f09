/** The scripts of what is typed where, made from real files. */
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
