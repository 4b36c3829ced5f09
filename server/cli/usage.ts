/** `usage`: requests, suggestions shown and accepted, and costs, by day. With `--html` as a page with plots. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";

import { stateFolder } from "../files/state-folder.ts";
import { shownDays, totalOf, usagePage } from "../session/usage/usage-page.ts";
import { readUsage, type UsageDay } from "../session/usage/usage-files.ts";
import { firstTextQuantile, grouped, type UsageRow } from "../session/usage/usage-row.ts";
import { parseArguments, seeHelp, UsageError, type CommandIo } from "./command.ts";

export async function usage(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArguments(argv, {
    json: { type: "boolean" },
    html: { type: "string" },
    days: { type: "string" },
    config: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`takes no arguments, only options; ${seeHelp}`);
  const days = await readUsage(stateFolder(io), toDays(values.days));
  if (values.html !== undefined) return writePage(resolve(io.workingDirectory, values.html), days);
  if (values.json === true) {
    io.write(`${JSON.stringify(days, undefined, 2)}\n`);
    return 0;
  }
  if (days.length === 0) {
    io.writeError("nothing has been recorded yet (usage.record keeps daily numbers)\n");
    return 1;
  }
  const byDay = days.map(({ date, rows }) => [date, totalOf(rows)] as const);
  const rows = days.flatMap((day) => day.rows);
  io.write(`${table("day", [...byDay, ["all", totalOf(rows)]])}\n\n`);
  io.write(
    `${table(
      "language",
      named(rows, (row) => row.language || "none"),
    )}\n\n`,
  );
  io.write(
    `${table(
      "model",
      named(rows, (row) => `${row.provider} ${row.model}`.trim()),
    )}\n`,
  );
  return 0;
}

function toDays(text: string | undefined): number {
  if (text === undefined) return shownDays;
  const days = Number(text);
  if (Number.isInteger(days) && days > 0) return days;
  throw new UsageError(`--days takes a number from 1, not ${JSON.stringify(text)}`);
}

async function writePage(file: string, days: readonly UsageDay[]): Promise<number> {
  try {
    await writeFile(file, usagePage(days), { mode: 0o600 });
    return 0;
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot write ${file} (${code})`, { cause: error });
  }
}

function named(rows: readonly UsageRow[], nameOf: (row: UsageRow) => string) {
  const groups = grouped(rows, (row) => ({ language: nameOf(row), provider: "", model: "" }));
  return groups.toSorted((a, b) => b.shown - a.shown).map((row) => [row.language, row] as const);
}

function table(head: string, rows: readonly (readonly [name: string, row: UsageRow])[]): string {
  const lines = [
    [
      head,
      "requests",
      "tokens in",
      "cached",
      "out",
      "shown",
      "held back",
      "whole",
      "part",
      "chars",
      "p50 ms",
      "p95 ms",
      "cost",
    ],
    ...rows.map(([name, row]) => [
      name,
      ...[row.requests, row.tokensIn, row.cachedTokensIn, row.tokensOut, row.shown].map(String),
      ...[row.heldBack, row.acceptedWhole, row.acceptedPart, row.charactersAccepted].map(String),
      String(firstTextQuantile(row, 0.5) ?? "–"),
      String(firstTextQuantile(row, 0.95) ?? "–"),
      `$${row.cost.toFixed(4)}`,
    ]),
  ];
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths?.[at] ?? 0) : cell.padStart(widths?.[at] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}
