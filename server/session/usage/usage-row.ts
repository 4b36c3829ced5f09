/** One row of the usage: what was asked, shown and accepted in a language, from one model, on one day. */
import { isRecord } from "../../base/record.ts";

export interface UsageKey {
  readonly language: string;
  readonly provider: string;
  readonly model: string;
}

export const countNames = [
  "requests",
  "tokensIn",
  "cachedTokensIn",
  "tokensOut",
  /** US dollars. */
  "cost",
  "shown",
  /** Not shown, because no line was likely enough. */
  "heldBack",
  "acceptedWhole",
  "acceptedPart",
  "charactersAccepted",
] as const;
export type CountName = (typeof countNames)[number];

export type UsageCounts = Readonly<Record<CountName, number>>;

export interface UsageRow extends UsageKey, UsageCounts {
  /** How many requests had their first text in each step of time; see `stepOf`. */
  readonly firstText: Readonly<Record<string, number>>;
}

/** Steps of a quarter of a doubling: a quantile is off by 10 % at the most. */
const stepsPerDoubling = 4;

export function stepOf(ms: number): number {
  return Math.round(stepsPerDoubling * Math.log2(Math.max(0, ms) + 1));
}

function msOf(step: number): number {
  return 2 ** (step / stepsPerDoubling) - 1;
}

export function emptyRow(key: UsageKey): UsageRow {
  const counts = Object.fromEntries(countNames.map((name) => [name, 0])) as Record<
    CountName,
    number
  >;
  return {
    language: key.language,
    provider: key.provider,
    model: key.model,
    ...counts,
    firstText: {},
  };
}

/** `row` and `other` together, under the key of `row`. */
export function sumOf(row: UsageRow, other: Omit<UsageRow, keyof UsageKey>): UsageRow {
  const counts = Object.fromEntries(
    countNames.map((name) => [name, row[name] + other[name]]),
  ) as Record<CountName, number>;
  const firstText: Record<string, number> = { ...row.firstText };
  for (const [step, count] of Object.entries(other.firstText))
    firstText[step] = (firstText[step] ?? 0) + count;
  const { language, provider, model } = row;
  return { language, provider, model, ...counts, firstText };
}

/** Rows of one key become one; in the order in which the keys came. */
export function grouped(
  rows: readonly UsageRow[],
  keyOf: (row: UsageRow) => UsageKey,
): readonly UsageRow[] {
  const byKey = new Map<string, UsageRow>();
  for (const row of rows) {
    const key = keyOf(row);
    const name = [key.language, key.provider, key.model].join("\0");
    byKey.set(name, sumOf(byKey.get(name) ?? emptyRow(key), row));
  }
  return [...byKey.values()];
}

/** Milliseconds to the first text; `undefined` where no request had any. */
export function firstTextQuantile(
  { firstText }: Pick<UsageRow, "firstText">,
  quantile: number,
): number | undefined {
  const steps = Object.entries(firstText).map(([step, count]) => [Number(step), count] as const);
  const total = steps.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [step, count] of steps.toSorted(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= total * quantile) return Math.round(msOf(step));
  }
  return undefined;
}

/** One line of a day's file, without what is zero. */
export function toLine(row: UsageRow): string {
  const counts = countNames.filter((name) => row[name] !== 0).map((name) => [name, row[name]]);
  const { language, provider, model, firstText } = row;
  const times = Object.keys(firstText).length > 0 ? { firstText } : {};
  return JSON.stringify({ language, provider, model, ...Object.fromEntries(counts), ...times });
}

/** `undefined` for a line that no server wrote: cut off, or edited by hand. */
export function parseLine(line: string): UsageRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const row = emptyRow({
    language: asName(value["language"]),
    provider: asName(value["provider"]),
    model: asName(value["model"]),
  });
  const counts = countNames.map((name) => [name, amount(value[name])] as const);
  const times = Object.entries(isRecord(value["firstText"]) ? value["firstText"] : {});
  return {
    ...row,
    ...(Object.fromEntries(counts) as Record<CountName, number>),
    firstText: Object.fromEntries(
      times
        .filter(([step]) => /^\d{1,3}$/.test(step))
        .map(([step, count]) => [step, amount(count)]),
    ),
  };
}

function asName(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 200) : "";
}

function amount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;
}
