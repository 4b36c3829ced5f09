/**
 * Reads the settings out of a configuration sample, whatever its language: each of them writes our section
 * as a group of names and values in brackets, `fim = { area = { name = value } }` in Lua, `(:fim (:area
 * (:name value)))` in Emacs Lisp, and so on.
 */

/** What stands behind every `fim` that opens a group or is the start of a dotted name. */
export function settingsInSample(text: string): readonly Record<string, unknown>[] {
  const groups = [...text.matchAll(/\bfim\b['"]?\s*[:=]?\s*(?=[{(])/g)].map((found) => {
    const reader = new GroupReader(text, found.index + found[0].length);
    const group = reader.group();
    // the server's own name may be that of its section
    return "settings" in group ? (group["settings"] as Record<string, unknown>) : { fim: group };
  });
  const dotted = [...text.matchAll(/"fim\.([\w.]+)": *([^,}\n]+)/g)].map(
    ([, name = "", value]) => ({
      [`fim.${name}`]: atom(value ?? ""),
    }),
  );
  return [...groups, ...dotted];
}

class GroupReader {
  readonly #text: string;
  #index: number;

  constructor(text: string, index: number) {
    this.#text = text;
    this.#index = index;
  }

  /** From an opening bracket to its closing one: names and values in turn. */
  group(): Record<string, unknown> {
    const items = this.#items();
    const pairs: [string, unknown][] = [];
    for (let index = 0; index + 1 < items.length; index += 2) {
      pairs.push([String(items[index]), items[index + 1]]);
    }
    return Object.fromEntries(pairs);
  }

  #items(): unknown[] {
    const items: unknown[] = [];
    this.#index += 1;
    for (;;) {
      const found = /[{([]|[\])}]|"[^"]*"|'[^']*'|:?[\w-][\w:-]*/g;
      found.lastIndex = this.#index;
      const token = found.exec(this.#text);
      if (token === null) throw new Error("a bracket is not closed");
      const [word] = token;
      if ("{([".includes(word)) {
        this.#index = token.index;
        items.push(this.group());
      } else {
        this.#index = found.lastIndex;
        if ("])}".includes(word)) return items;
        items.push(atom(word));
      }
    }
  }
}

/** A value or a name without its language's marks: `:name`, `'name':`, `v:false`, `:json-false`. */
function atom(written: string): unknown {
  const bare = written.trim().replaceAll(/^[:'"]+|[:'"]+$/g, "");
  if (/^(?:v:|json-)?false$/.test(bare)) return false;
  if (/^(?:v:)?true$|^t$/.test(bare)) return true;
  return /^-?\d+(?:\.\d+)?$/.test(bare) ? Number(bare) : bare;
}
