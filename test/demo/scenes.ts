/** The places of the demo: real sources as they are, cut at a place as if somebody was typing there. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";

import { readText } from "../../server/cli/open-file.ts";
import { offsetOfPlace, parsePlace } from "../../server/cli/place.ts";
import { projectFolder } from "./client.ts";

export interface Scene {
  readonly title: string;
  readonly file: string;
  /** As it is shown. */
  readonly name: string;
  readonly text: string;
  readonly offset: number;
}

interface Cut {
  readonly title: string;
  /** From the project's root. */
  readonly file: string;
  /** Of one line, left of the cursor; the first line that holds `left`, `removed` and `right` counts. */
  readonly left: string;
  /** What the file says there, taken out. */
  readonly removed: string;
  /** What stays right of the cursor. */
  readonly right?: string;
}

const cuts: readonly Cut[] = [
  {
    title: "end of a line",
    file: "server/base/lru.ts",
    left: "    const entry = this.#entries.",
    removed: "get(key);",
  },
  {
    title: "middle of a word",
    file: "server/settings/config-file.ts",
    left: "  readonly homeDi",
    removed: "rectory: string;",
  },
  {
    title: "middle of a line",
    file: "server/base/lru.ts",
    left: "      if (this.#entries.size <= maxEntries && this.#bytes <= ",
    removed: "maxBytes",
    right: ") break;",
  },
  {
    title: "before an auto-closed bracket",
    file: "server/base/record.ts",
    left: '  return typeof value === "object" && value !== null && !Array.isArray(',
    removed: "value",
    right: ");",
  },
  {
    title: "empty line in a block",
    file: "server/base/lru.ts",
    left: "    ",
    removed: "if (entry === undefined) return undefined;",
  },
];

/** Made, because the project's own files are ASCII with line feeds. */
const faces = ["greet", "praise", "thank", "cheer"].map(
  (name) => `export function ${name}(name) {
  faces.set("😀", name.trim());
  return faces.get("😀");
}
`,
);
const emoji = `const faces = new Map();

${faces.join("\n")}
export function wave(name) {
  faces.set("😀", `;

const sums = ["net", "gross", "offers", "rounded"].map(
  (name) => `def ${name}(prices):
    total = 0
    for price in prices:
        total = total + price
    return total
`,
);
const crlf = `${sums.join("\n")}
def last(prices):
    total = 0
    for price in `.replaceAll("\n", "\r\n");

/** The built-in places; writes the made files into `folder`. */
export async function builtInScenes(folder: string): Promise<Scene[]> {
  const made = [
    { title: "after an emoji", name: "faces.js", text: emoji, rest: "\n}\n" },
    { title: "file with CRLF line ends", name: "prices.py", text: crlf, rest: "\r\n" },
  ].map(({ title, name, text, rest }) => {
    const file = join(folder, name);
    return { title, file, name, text: text + rest, offset: text.length };
  });
  for (const { file, text } of made) await writeFile(file, text);
  return [...cuts.map(cutScene), ...made];
}

/** `FILE:LINE:COLUMN` of the user's own, as it stands on disk; relative to `folder`. */
export async function sceneAt(argument: string, folder: string): Promise<Scene> {
  const place = parsePlace(argument);
  const file = resolve(folder, place.file);
  const text = await readText(file);
  const offset = offsetOfPlace(text, place);
  return { title: "your place", file, name: relative(folder, file) || file, text, offset };
}

function cutScene({ title, file, left, removed, right = "" }: Cut): Scene {
  const path = isAbsolute(file) ? file : join(projectFolder, file);
  const text = readFileSync(path, "utf8");
  const line = `\n${left}${removed}${right}\n`;
  const start = text.indexOf(line);
  if (start < 0) throw new Error(`the demo's place is gone from ${file}: ${line.trim()}`);
  const offset = start + 1 + left.length;
  return {
    title,
    file: path,
    name: file,
    text: text.slice(0, offset) + text.slice(offset + removed.length),
    offset,
  };
}
