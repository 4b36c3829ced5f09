/**
 * The usage on disk: a file for each day in the user's state folder, lines of numbers. Servers only append, a whole
 * line at a time, so that several at once lose nothing.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

import { readSmallText } from "../../files/small-file.ts";
import { parseLine, toLine, type UsageRow } from "./usage-row.ts";

export interface UsageDay {
  /** Local date: `2026-11-28`. */
  readonly date: string;
  readonly rows: readonly UsageRow[];
}

function usageFolder(stateFolder: string): string {
  return join(stateFolder, "usage");
}

/** At once: the process may be about to end. @throws when the file cannot be written */
export function appendUsage(stateFolder: string, date: string, rows: readonly UsageRow[]): void {
  const folder = usageFolder(stateFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = rows.map((row) => `${toLine(row)}\n`).join("");
  appendFileSync(join(folder, `${date}.jsonl`), lines, { mode: 0o600 });
}

/** The last days that have any usage, the oldest first. Lines that cannot be read are left out. */
export async function readUsage(
  stateFolder: string,
  mostDays: number,
): Promise<readonly UsageDay[]> {
  const folder = usageFolder(stateFolder);
  const names = await readdir(folder).catch(() => []);
  const dates = names
    .map((name) => /^(\d{4}-\d\d-\d\d)\.jsonl$/.exec(name)?.[1])
    .filter((date) => date !== undefined)
    .toSorted()
    .slice(-mostDays);
  return Promise.all(
    dates.map(async (date) => {
      const text = await readSmallText({ open }, join(folder, `${date}.jsonl`)).catch(() => "");
      const rows = (text ?? "")
        .split("\n")
        .map(parseLine)
        .filter((row) => row !== undefined);
      return { date, rows };
    }),
  );
}

/** The local date of a time in milliseconds since 1970. */
export function dateOf(wallTime: number): string {
  const time = new Date(wallTime);
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((value) =>
    String(value).padStart(2, "0"),
  );
  return `${time.getFullYear()}-${month}-${day}`;
}
