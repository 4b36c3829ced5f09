/**
 * Matches one step of an ignore pattern (`*.key`, `[a-z]?`) against one step of a path. It backtracks over one star
 * at most, so the cost is at most the product of both lengths. Letter case is ignored.
 */

export type Glob = string | readonly Token[];

type Token =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "char"; readonly code: number }
  | {
      readonly kind: "class";
      readonly isNegated: boolean;
      readonly ranges: readonly (readonly [from: number, to: number])[];
    };

const namedClasses: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  alnum: rangesOf("09", "AZ", "az"),
  alpha: rangesOf("AZ", "az"),
  blank: rangesOf("  ", "\t\t"),
  digit: rangesOf("09"),
  lower: rangesOf("AZ", "az"),
  punct: rangesOf("!/", ":@", "[`", "{~"),
  space: rangesOf("  ", "\t\r"),
  upper: rangesOf("AZ", "az"),
  xdigit: rangesOf("09", "AF", "af"),
};

/**
 * `undefined` for patterns that git never matches: an unclosed class, a backslash at the end. A plain name stays a
 * string.
 */
export function compileGlob(text: string): Glob | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at);
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
      at++;
    } else if (char === "?") {
      tokens.push({ kind: "any" });
      at++;
    } else if (char === "[") {
      const read = readClass(text, at + 1);
      if (read === undefined) return undefined;
      tokens.push(read.token);
      at = read.end;
    } else {
      const from = char === "\\" ? at + 1 : at;
      if (from === text.length) return undefined;
      const code = text.codePointAt(from) ?? 0;
      tokens.push({ kind: "char", code: lower(code) });
      at = from + widthOf(code);
    }
  }
  const codes = tokens.flatMap((token) => (token.kind === "char" ? [token.code] : []));
  return codes.length === tokens.length
    ? codes.map((code) => String.fromCodePoint(code)).join("")
    : tokens;
}

/**
 * `name` is in lower case. `spend` is called for each comparison and returns false to stop; the answer is then
 * true.
 */
export function matchesGlob(glob: Glob, name: string, spend: () => boolean): boolean {
  if (typeof glob === "string") return glob === name;
  let token = 0;
  let at = 0;
  let afterStar = -1;
  let retryAt = 0;
  for (;;) {
    if (!spend()) return true;
    const current = glob[token];
    if (current?.kind === "star") {
      afterStar = ++token;
      if (afterStar === glob.length) return true;
      retryAt = at;
      continue;
    }
    if (current === undefined && at === name.length) return true;
    const code = at < name.length ? name.codePointAt(at) : undefined;
    if (current !== undefined && code !== undefined && fits(current, code)) {
      token++;
      at += widthOf(code);
      continue;
    }
    // Only the last star can take more. The text for the stars before it has already been matched.
    if (afterStar < 0 || retryAt >= name.length) return false;
    retryAt += widthOf(name.codePointAt(retryAt) ?? 0);
    at = retryAt;
    token = afterStar;
  }
}

function fits(token: Token, code: number): boolean {
  switch (token.kind) {
    case "star":
    case "any":
      return true;
    case "char":
      return token.code === code;
    case "class": {
      const { ranges, isNegated } = token;
      const capital = upper(code);
      const isIn = ranges.some(
        ([from, to]) => (from <= code && code <= to) || (from <= capital && capital <= to),
      );
      return isIn !== isNegated;
    }
  }
}

/** `from`: the index after the opening bracket. */
function readClass(text: string, from: number): { token: Token; end: number } | undefined {
  const isNegated = /[!^]/.test(text.charAt(from));
  const ranges: (readonly [number, number])[] = [];
  let at = isNegated ? from + 1 : from;
  for (let isFirst = true; isFirst || text.charAt(at) !== "]"; isFirst = false) {
    const named = text.startsWith("[:", at) ? text.indexOf(":]", at) : -1;
    if (named >= 0) {
      ranges.push(...(namedClasses[text.slice(at + 2, named)] ?? []));
      at = named + 2;
      continue;
    }
    const low = readChar(text, at);
    if (low === undefined) return undefined;
    at = low.end;
    let high = low;
    if (text.charAt(at) === "-" && !["", "]"].includes(text.charAt(at + 1))) {
      const read = readChar(text, at + 1);
      if (read === undefined) return undefined;
      high = read;
      at = read.end;
    }
    ranges.push([low.code, high.code]);
  }
  return { token: { kind: "class", isNegated, ranges }, end: at + 1 };
}

function readChar(text: string, at: number): { code: number; end: number } | undefined {
  const from = text.charAt(at) === "\\" ? at + 1 : at;
  const code = text.codePointAt(from);
  return code === undefined ? undefined : { code, end: from + widthOf(code) };
}

function rangesOf(...pairs: readonly string[]): (readonly [number, number])[] {
  return pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const);
}

function widthOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}

function lower(code: number): number {
  return String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code;
}

function upper(code: number): number {
  return String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code;
}
