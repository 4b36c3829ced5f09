/** Finds the definitions of imported names by searching text, without a parser or a language server. */
import type { ReadableText } from "../document.ts";
import { indentationWidth } from "../indentation.ts";
import { wholeLines } from "./similarity.ts";

/** A name that a file imports, and the last part of the path it comes from. */
export interface ImportedName {
  readonly name: string;
  /** `site` for `"../site.ts"`, `Point` for `geometry.Point`. */
  readonly module: string;
}

/** Imports are at the start of a file. */
const importReach = 16_000;

/** Names imported by `text`, in languages whose imports list names. */
export function importedNames(text: ReadableText): readonly ImportedName[] {
  const head = text.slice(0, importReach);
  const names: ImportedName[] = [];
  const add = (list: string, from: string) => {
    const module = moduleName(from);
    for (const item of list.split(",")) {
      const name = /^\s*(?:type\s+)?(\w+)/.exec(item)?.[1];
      if (name !== undefined && module !== "") names.push({ name, module });
    }
  };
  // import { a, type b as c } from "./m.ts";  import d from "./m.ts"
  for (const [, list = "", from = ""] of head.matchAll(
    /\bimport\s+(?:type\s+)?(?:\w+\s*,\s*)?\{?([^{}"';]*)\}?\s*from\s*["']([^"']+)["']/g,
  )) {
    add(list, from);
  }
  // from .m import a, b
  for (const [, from = "", list = ""] of head.matchAll(
    /^\s*from\s+([\w.]+)\s+import\s+\(?([\w\s,]+)\)?/gm,
  )) {
    add(list, from.replaceAll(".", "/"));
  }
  // import a.b.C;  use crate::m::{A, B};  use crate::m::A;
  for (const [, path = "", list = ""] of head.matchAll(
    /^\s*(?:import|use|using)\s+(?:static\s+)?([\w:.\\]+?)(?:::\{([^}]*)\})?;/gm,
  )) {
    const parts = path.split(/::|[.\\]/);
    if (list !== "") add(list, parts.at(-1) ?? "");
    else for (const module of parts.slice(-2)) add(parts.at(-1) ?? "", module);
  }
  return names;
}

/** The part of an import path to look for: the file name without its extensions. */
export function moduleName(path: string): string {
  const name = path.slice(path.replace(/[/\\]$/, "").lastIndexOf("/") + 1);
  const stem = name.replace(/(?:\.d)?\.\w+$/, "");
  return stem === "index" || stem === "__init__" || stem === "mod" ? "" : stem;
}

const modifiers =
  "(?:(?:export|default|declare|public|private|protected|internal|static|final|abstract|async|data|sealed|pub(?:\\([^)]*\\))?)\\s+)*";
const keywords =
  "(?:function\\*?|class|interface|type|enum|const|let|var|def|struct|trait|fn|func|fun|object|record)";

const definitionLines = 12;
const definitionLength = 600;

/** The first lines of the definition of `name` in `text`; `undefined` if none is found. */
export function definitionOf(name: string, text: string): string | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const start = new RegExp(`^[ \\t]*${modifiers}${keywords}\\s+${name}\\b`, "m").exec(text)?.index;
  if (start === undefined) return undefined;
  const lines = text.slice(start, start + definitionLength * 2).split("\n", definitionLines);
  const width = indentationWidth(lines[0] ?? "");
  const end = lines.findIndex((line, index) => {
    return index > 0 && line.trim() !== "" && indentationWidth(line) <= width;
  });
  const isClosed = end > 0 && /^\s*[)\]}]/.test(lines[end] ?? "");
  const block = end < 0 ? lines : lines.slice(0, isClosed ? end + 1 : end);
  return wholeLines(block.join("\n"), definitionLength);
}
