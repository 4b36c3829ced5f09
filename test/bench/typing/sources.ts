/** Source files that are on every machine which has this project installed, by language. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Random } from "../workspace-model/random.ts";

export interface SourceFile {
  readonly path: string;
  readonly languageId: string;
  readonly lines: readonly string[];
}

interface Language {
  readonly id: string;
  readonly extensions: readonly string[];
  readonly folders: readonly string[];
}

const project = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const modules = join(project, "node_modules");
const nodeHeaders = resolve(dirname(process.execPath), "../include/node");

const languages: readonly Language[] = [
  {
    id: "typescript",
    extensions: [".ts"],
    folders: [join(modules, "undici-types"), join(modules, "@types/node")],
  },
  {
    id: "javascript",
    extensions: [".js", ".cjs", ".mjs"],
    folders: [join(modules, "undici/lib"), join(modules, "vscode-languageserver/lib")],
  },
  { id: "cpp", extensions: [".h"], folders: [nodeHeaders, "/usr/include/c++"] },
  { id: "markdown", extensions: [".md"], folders: [join(modules, "undici/docs"), modules] },
  {
    id: "python",
    extensions: [".py"],
    folders: [
      "/usr/lib/python3.13",
      "/usr/lib/python3.12",
      "/usr/lib/python3.11",
      "/usr/lib/python3",
    ],
  },
  { id: "perl", extensions: [".pm", ".pl"], folders: ["/usr/share/perl", "/usr/share/perl5"] },
];

const maxFileBytes = 200_000;
const maxFilesPerLanguage = 150;

/** The languages that were found, each with files in a fixed order. */
export function findSources(): ReadonlyMap<string, readonly SourceFile[]> {
  const found = new Map<string, readonly SourceFile[]>();
  for (const language of languages) {
    const files = language.folders
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => list(folder, language.extensions, 6))
      .slice(0, maxFilesPerLanguage)
      .map((path) => ({ path, languageId: language.id, lines: linesOf(path) }))
      .filter(({ lines }) => lines.length >= 60 && lines.every((line) => line.length <= 300));
    if (files.length > 0) found.set(language.id, files);
  }
  return found;
}

/** Consecutive lines of a file, to be typed again between what stands above and below them. */
export interface Stretch {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Stretches of about 40 lines with at least `characters` in all, blanks at line starts not counted. */
export function pickStretches(
  files: readonly SourceFile[],
  characters: number,
  random: Random,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let left = characters;
  while (left > 0) {
    const file = files[Math.floor(random() * files.length)];
    if (file === undefined) break;
    const start = Math.floor(random() * Math.max(1, file.lines.length - 40));
    const end = Math.min(file.lines.length, start + 40);
    stretches.push({ file, start, end });
    for (const line of file.lines.slice(start, end)) left -= line.trim().length;
  }
  return stretches;
}

function list(folder: string, extensions: readonly string[], depth: number): string[] {
  if (depth === 0) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.toSorted((one, two) => (one.name < two.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push(...list(path, extensions, depth - 1));
    else if (entry.isFile() && extensions.some((extension) => path.endsWith(extension))) {
      if (statSync(path).size <= maxFileBytes) paths.push(path);
    }
    if (paths.length > 4 * maxFilesPerLanguage) break;
  }
  return paths;
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n").split("\n");
}
