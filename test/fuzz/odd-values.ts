/** Odd texts, odd JSON, and JSON with one place made odd. */
import type { Random } from "../support/random.ts";
import type { MutationCounts } from "./mutations.ts";

const pieces = [
  "a",
  "foo",
  "if (x) {",
  "}",
  "()",
  "const answer = ",
  "  ",
  "\t",
  "\n",
  "\n",
  "\r\n",
  "\r",
  "é",
  "ü\u0308",
  "漢字",
  "😀",
  "👩‍👩‍👧",
  "\ud83d",
  "\ude00",
  "\u0000",
  "\u2028",
  "\u0085",
  "\f",
  "\ufeff",
  "// note",
  ";",
  ".",
  '"',
  "'",
  "\\",
] as const;

/** Up to `most` pieces that editors, languages and encodings handle differently. */
export function oddText(random: Random, most: number): string {
  let text = "";
  for (let left = random.below(most + 1); left > 0; left--) text += random.pick(pieces);
  return text;
}

const values: readonly [unknown, ...unknown[]] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 40),
  1e308,
  "",
  "x",
  "\ud800",
  "__proto__",
  "constructor",
  [],
  {},
  [null],
  [[[]]],
  { uri: null },
  { line: 0 },
  { line: "0", character: "0" },
  { start: null, end: null },
  { toString: 1, hasOwnProperty: null },
];

export function oddValue(random: Random): unknown {
  if (random.chance(0.02)) return nested(random.below(3000));
  if (random.chance(0.02)) return "y".repeat(random.below(100_000));
  return random.pick(values);
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let left = depth; left > 0; left--) value = left % 2 === 0 ? [value] : { a: value };
  return value;
}

/** The same JSON with one place replaced, removed, or added. */
export function withOnePlaceOdd(random: Random, value: unknown, counts: MutationCounts): unknown {
  const odd = (): unknown => {
    const replacement = oddValue(random);
    counts.add(replacement === null ? "nulls" : "JSON types");
    return replacement;
  };
  if (typeof value !== "object" || value === null || random.chance(0.15)) return odd();
  if (Array.isArray(value)) {
    const items = [...(value as unknown[])];
    const at = random.below(items.length + 1);
    const roll = random.next();
    if (roll < 0.2) items.splice(at, 1);
    else if (roll < 0.4) items.splice(at, 0, odd());
    else if (at < items.length) items[at] = withOnePlaceOdd(random, items[at], counts);
    return items;
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const entry = entries[at];
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if (entry === undefined) {
    counts.add("additional members");
    copy["extra"] = odd();
  } else if (random.chance(0.2)) {
    counts.add("missing members");
    delete copy[entry[0]];
  } else copy[entry[0]] = withOnePlaceOdd(random, entry[1], counts);
  return copy;
}
