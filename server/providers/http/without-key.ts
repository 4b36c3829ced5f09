/**
 * The key that a request carries in its header is never in its body: a document may hold it, whole or cut by the
 * cursor or by a window's end (invariant 7). Holds also where masking is switched off.
 */

/** Shorter keys are words, as local servers take any. */
const minKeyLength = 8;
/** So much of a longer key is found where it is cut. */
const partLength = 8;

/** The body with `*` in place of the key in each of its texts. */
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

/** A vendor's prefix is no secret. */
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
