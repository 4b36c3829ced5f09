/** Random places in the sources of a checkout. The text removed there is what the author wrote. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";

import { languageOf } from "../../../server/engine/languages/language-of.ts";
import { pick, type Random } from "../workspace-model/random.ts";

export const liveKinds = ["rest", "line", "block", "args", "mid"] as const;
export type LiveKind = (typeof liveKinds)[number];

export interface LiveHole {
  readonly id: string;
  readonly kind: LiveKind;
  /** With the checkout's name in front. */
  readonly path: string;
  readonly languageId: string;
  readonly prefix: string;
  readonly gold: string;
  readonly suffix: string;
}

const noCode = /\.(?:md|json|lock|svg|txt|csv|snap|map|min\.js|yml|yaml|toml)$/;
const sizes = { min: 800, max: 120_000, line: 300 };

/** `count` holes, each in a file of its own where there are enough, the kinds in turn. */
export function digHoles(root: string, count: number, random: Random): readonly LiveHole[] {
  const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => extname(file) !== "" && !noCode.test(file));
  const holes: LiveHole[] = [];
  for (let tries = count * 200; tries > 0 && holes.length < count; tries--) {
    const file = pick(random, files);
    const kind = liveKinds[holes.length % liveKinds.length];
    const text = file === undefined ? undefined : sourceOf(join(root, file));
    const range = text === undefined || kind === undefined ? undefined : dig(text, kind, random);
    if (file === undefined || text === undefined || kind === undefined || range === undefined) {
      continue;
    }
    files.splice(files.indexOf(file), 1);
    const path = `${basename(resolve(root))}/${file}`;
    const [start, end] = range;
    holes.push({
      id: `${path}:${start}:${kind}`,
      kind,
      path,
      languageId: languageOf("", path).id,
      prefix: text.slice(0, start),
      gold: text.slice(start, end),
      suffix: text.slice(end),
    });
  }
  return holes;
}

function sourceOf(path: string): string | undefined {
  const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  const isFit = text.length >= sizes.min && text.length <= sizes.max && !text.includes("\0");
  return isFit && text.split("\n").every((line) => line.length <= sizes.line) ? text : undefined;
}

type Range = readonly [start: number, end: number];

function dig(text: string, kind: LiveKind, random: Random): Range | undefined {
  const lines = text.split("\n");
  const index = Math.floor(random() * lines.length);
  const line = (lines[index] ?? "").trimEnd();
  const indentation = line.length - line.trimStart().length;
  if (line.trim().length < 6) return undefined;
  const lineStart = lines.slice(0, index).join("\n").length + (index === 0 ? 0 : 1);
  const at = (start: number, end: number): Range => [lineStart + start, lineStart + end];
  switch (kind) {
    case "line":
      return at(indentation, line.length);
    case "rest": {
      const column = pick(random, columnsOf(line, indentation));
      return column === undefined ? undefined : at(column, line.length);
    }
    case "mid": {
      const columns = columnsOf(line, indentation);
      const start = pick(random, columns);
      const later = start === undefined ? [] : columns.filter((column) => column > start + 2);
      const end = pick(random, later);
      return start === undefined || end === undefined ? undefined : at(start, end);
    }
    case "args": {
      const found = pick(random, [...line.matchAll(/\(([^()]{2,70})\)/g)]);
      return found && at(found.index + 1, found.index + found[0].length - 1);
    }
    case "block": {
      const count = 2 + Math.floor(random() * 6);
      const block = lines.slice(index, index + count);
      while (block.length > 0 && block.at(-1)?.trim() === "") block.pop();
      if (block.length < 2) return undefined;
      return at(indentation, block.join("\n").trimEnd().length);
    }
  }
}

/** Where typing stops: not inside of a word, not before a blank. */
function columnsOf(line: string, indentation: number): number[] {
  const columns: number[] = [];
  for (let column = indentation + 2; column < line.length - 2; column++) {
    const isInWord = /\w\w/.test(line.slice(column - 1, column + 1));
    if (!isInWord && line.charAt(column) !== " ") columns.push(column);
  }
  return columns;
}
