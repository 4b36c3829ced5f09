/** Real source files that are on every machine with this project installed, by language. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { projectRoot } from "../../support/source-files.ts";
import { pick, type Random } from "../workspace-model/random.ts";

export interface SourceText {
  readonly languageId: string;
  readonly path: string;
  readonly text: string;
}

const languageIds: Readonly<Record<string, string>> = {
  ".c": "c",
  ".cc": "cpp",
  ".cjs": "javascript",
  ".cpp": "cpp",
  ".css": "css",
  ".cts": "typescript",
  ".el": "emacs-lisp",
  ".go": "go",
  ".h": "cpp",
  ".html": "html",
  ".java": "java",
  ".js": "javascript",
  ".json": "json",
  ".jsx": "javascriptreact",
  ".lua": "lua",
  ".md": "markdown",
  ".mjs": "javascript",
  ".mts": "typescript",
  ".php": "php",
  ".pl": "perl",
  ".pm": "perl",
  ".py": "python",
  ".rb": "ruby",
  ".rs": "rust",
  ".sh": "shellscript",
  ".sql": "sql",
  ".ts": "typescript",
  ".tsx": "typescriptreact",
  ".yaml": "yaml",
  ".yml": "yaml",
};

const skippedFolders = /^(?:\.git|dist|__pycache__|\.cache|test_\w+|fixtures)$/;
/** Minified and generated files have no lines to complete. */
const maxLineLength = 300;
const sizes = { min: 800, max: 120_000 };

/** At most `filesPerLanguage` texts of each language, chosen by `random`, from the usual places and `roots`. */
export function collectSources(
  random: Random,
  filesPerLanguage: number,
  roots: readonly string[],
): Map<string, readonly SourceText[]> {
  const paths = new Map<string, string[]>();
  for (const root of [...usualRoots(), ...roots]) addPaths(root, paths, 0);
  const sources = new Map<string, readonly SourceText[]>();
  for (const [languageId, candidates] of [...paths].toSorted(([one], [two]) =>
    one < two ? -1 : 1,
  )) {
    const texts: SourceText[] = [];
    const left = candidates.toSorted();
    while (texts.length < filesPerLanguage && left.length > 0) {
      const path = pick(random, left) ?? "";
      left.splice(left.indexOf(path), 1);
      const text = readText(path);
      if (text !== undefined) texts.push({ languageId, path, text });
    }
    if (texts.length > 0) sources.set(languageId, texts);
  }
  return sources;
}

function usualRoots(): string[] {
  const nodePrefix = dirname(dirname(process.execPath));
  return [
    ...["server", "test", "node_modules"].map((folder) => join(projectRoot, folder)),
    join(nodePrefix, "include", "node"),
    join(nodePrefix, "lib", "node_modules"),
    ...pythonLibrary(),
  ].filter((folder) => existsSync(folder));
}

/** Python's standard library, where Python is installed. */
function pythonLibrary(): string[] {
  for (const program of ["python3", "python"]) {
    try {
      const script = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
      const found = execFileSync(program, ["-c", script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return [found.trim()];
    } catch {
      // Not installed under this name.
    }
  }
  return [];
}

function addPaths(folder: string, paths: Map<string, string[]>, depth: number): void {
  if (depth > 8) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.test(entry.name)) addPaths(path, paths, depth + 1);
      continue;
    }
    const languageId = languageIds[extname(entry.name)];
    if (!entry.isFile() || languageId === undefined || entry.name.includes(".min.")) continue;
    const known = paths.get(languageId);
    if (known === undefined) paths.set(languageId, [path]);
    else known.push(path);
  }
}

function readText(path: string): string | undefined {
  const { size } = statSync(path);
  if (size < sizes.min || size > sizes.max) return undefined;
  const text = readFileSync(path, "utf8").replaceAll(/\r\n?/g, "\n");
  if (text.includes("\0") || text.includes("\uFFFD")) return undefined;
  const lines = text.split("\n");
  return lines.some((line) => line.length > maxLineLength) ? undefined : text;
}
