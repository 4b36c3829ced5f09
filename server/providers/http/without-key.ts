/**
 * Keeps the key out of the request body. The key belongs in the header; a document may contain it, whole or cut by
 * the cursor or by the end of a window (invariant 7). Also applies if masking is off.
 */

/** A shorter key is an ordinary word: local servers accept any key. */
const minKeyLength = 8;
/** If a longer key is cut, a part of this length is still found. */
const partLength = 8;

/** The body, with `*` in place of the key in all its texts. */
export function withoutKey(body: unknown, key: string): unknown {
  if (key.length < minKeyLength) return body;
  const parts = partsOf(key);
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") return maskParts(value, parts);
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner)]));
  };
  return visit(body);
}

/** The prefix that a vendor gives all its keys is not secret. */
const prefixPart = /^[a-z]+[-_][a-z]*[-_]?$/;

function partsOf(key: string): readonly string[] {
  if (key.length < 2 * partLength) return [key];
  const starts = Array.from({ length: key.length - partLength + 1 }, (_, start) => start);
  return starts
    .map((start) => key.slice(start, start + partLength))
    .filter((part) => !prefixPart.test(part));
}

function maskParts(text: string, parts: readonly string[]): string {
  const found = new Set<number>();
  for (const part of parts) {
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
      for (let index = at; index < at + part.length; index++) found.add(index);
    }
  }
  if (found.size === 0) return text;
  let masked = "";
  for (let index = 0; index < text.length; index++) masked += found.has(index) ? "*" : text[index];
  return masked;
}
