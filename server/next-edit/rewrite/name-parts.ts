/** Names as their parts: `userName` to `accountName` also changes `user_id`, in that name's own style. */

export interface PartRewrite {
  readonly old: readonly string[];
  readonly words: readonly string[];
}

const part = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z0-9]+/g;
const isReal = (text: string): boolean => /[A-Za-z0-9]/.test(text);

const shortestOld = 3;
const mostOldParts = 3;
const mostNewParts = 4;

/** The parts in which two names differ; `undefined` where they differ in too little or too much. */
export function partRewriteOf(before: string, after: string): PartRewrite | undefined {
  let old = lowerParts(before);
  let words = lowerParts(after);
  while (old.length > 0 && words.length > 0 && old[0] === words[0]) {
    old = old.slice(1);
    words = words.slice(1);
  }
  while (old.length > 0 && words.length > 0 && old.at(-1) === words.at(-1)) {
    old = old.slice(0, -1);
    words = words.slice(0, -1);
  }
  const isUsable =
    words.length > 0 &&
    words.length <= mostNewParts &&
    old.length <= mostOldParts &&
    old.join("").length >= shortestOld;
  return isUsable ? { old, words } : undefined;
}

/** `name` with its parts rewritten in its own style; `undefined` when they are not in it. */
export function rewriteName(name: string, { old, words }: PartRewrite): string | undefined {
  const parts = partsOf(name);
  const real = [...parts.keys()].filter((index) => isReal(parts[index] ?? ""));
  for (let at = 0; at + old.length <= real.length; at++) {
    const matches = old.every(
      (word, index) => parts[real[at + index] ?? -1]?.toLowerCase() === word,
    );
    if (!matches) continue;
    const first = real[at] ?? 0;
    const last = real[at + old.length - 1] ?? first;
    const middle = inStyleOf(name, parts, parts[first] ?? "", words);
    return parts.slice(0, first).join("") + middle + parts.slice(last + 1).join("");
  }
  return undefined;
}

function inStyleOf(
  name: string,
  parts: readonly string[],
  first: string,
  words: readonly string[],
): string {
  const isSnake = parts.some((each) => /^[_-]+$/.test(each));
  const isUpper = /^[A-Z0-9]+$/.test(name.replaceAll("_", "")) && name.length > 2;
  const written = words.map((word, index) => {
    if (isUpper) return word.toUpperCase();
    return isSnake || index === 0 ? caseLike(word, first) : capitalized(word);
  });
  return written.join(isSnake || isUpper ? "_" : "");
}

function caseLike(text: string, like: string): string {
  if (like.length > 1 && /^[A-Z0-9]+$/.test(like)) return text.toUpperCase();
  if (/^[A-Z]/.test(like)) return capitalized(text);
  const isLower = /^[a-z]/.test(like) && !/[A-Z]/.test(like);
  return isLower ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function partsOf(name: string): readonly string[] {
  return name.match(part) ?? [name];
}

function lowerParts(name: string): string[] {
  return partsOf(name)
    .filter(isReal)
    .map((each) => each.toLowerCase());
}
