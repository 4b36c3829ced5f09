/** The usage as one page without scripts and without anything from elsewhere: it can be kept, mailed, printed. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { pricesAsOf } from "./prices.ts";
import { readUsage, type UsageDay } from "./usage-files.ts";
import { emptyRow, firstTextQuantile, grouped, sumOf, type UsageRow } from "./usage-row.ts";

/** A month is what a bill covers. */
export const shownDays = 30;

/** Writes the page into the state folder and resolves to its path. */
export async function writeUsagePage(stateFolder: string): Promise<string> {
  const page = usagePage(await readUsage(stateFolder, shownDays));
  const file = join(stateFolder, "usage.html");
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  await writeFile(file, page, { mode: 0o600 });
  return file;
}

export function usagePage(days: readonly UsageDay[]): string {
  const rows = days.flatMap((day) => day.rows);
  const total = totalOf(rows);
  const first = days[0]?.date ?? "";
  const last = days.at(-1)?.date ?? "";
  const body =
    days.length === 0
      ? "<p>Nothing has been recorded yet. Usage appears here a minute after the first suggestion.</p>"
      : [
          `<p class="lead">${first === last ? first : `${first} to ${last}`}</p>`,
          `<div class="tiles">${tiles(total)}</div>`,
          chart("Suggestions by day", days, [
            ["shown", "shown", (row) => row.shown],
            ["accepted", "accepted", acceptedOf],
          ]),
          chart("Tokens by day", days, [
            ["sent", "in", (row) => row.tokensIn],
            ["received", "out", (row) => row.tokensOut],
          ]),
          table("By language", "language", rows, (row) => row.language || "none"),
          table("By model", "model", rows, (row) => [row.provider, row.model].join(" ").trim()),
          `<p class="note">Costs are list prices of ${pricesAsOf}, or those of the setting usage.prices. Local models cost nothing. This file holds numbers only.</p>`,
        ].join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>fim-language-server: usage</title><style>${style}</style></head>
<body><main><h1>Usage</h1>
${body}
</main></body></html>
`;
}

export function totalOf(rows: readonly UsageRow[]): UsageRow {
  return rows.reduce(
    (sum, row) => sumOf(sum, row),
    emptyRow({ language: "", provider: "", model: "" }),
  );
}

function acceptedOf(row: UsageRow): number {
  return row.acceptedWhole + row.acceptedPart;
}

function tiles(total: UsageRow): string {
  const accepted = acceptedOf(total);
  const share =
    total.shown === 0 ? "" : `${Math.round((100 * accepted) / total.shown)} % of those shown`;
  const p50 = firstTextQuantile(total, 0.5);
  const p95 = firstTextQuantile(total, 0.95);
  return [
    tile("accepted", count(accepted), share),
    tile("characters typed for you", count(total.charactersAccepted), ""),
    tile(
      "requests",
      count(total.requests),
      `${count(total.tokensIn)} tokens in, ${count(total.tokensOut)} out`,
    ),
    tile(
      "cost",
      `$${total.cost.toFixed(2)}`,
      `${count(total.cachedTokensIn)} tokens from the cache`,
    ),
    tile(
      "first text",
      p50 === undefined ? "–" : `${p50} ms`,
      p95 === undefined ? "" : `95 of 100 within ${p95} ms`,
    ),
  ].join("");
}

function tile(name: string, value: string, note: string): string {
  return `<div class="tile"><b>${value}</b><span>${name}</span><small>${note}</small></div>`;
}

type Series = readonly [name: string, style: string, value: (row: UsageRow) => number];

/** Bars side by side for each day; the highest fills the height. */
function chart(title: string, days: readonly UsageDay[], series: readonly Series[]): string {
  const [width, height, step] = [720, 160, 720 / Math.max(days.length, 7)];
  const values = days.map(({ date, rows }) => {
    const total = totalOf(rows);
    return { date, amounts: series.map(([, , value]) => value(total)) };
  });
  const most = Math.max(1, ...values.flatMap(({ amounts }) => amounts));
  const bar = (step * 0.7) / series.length;
  const bars = values.flatMap(({ date, amounts }, day) =>
    amounts.map((amount, at) => {
      const size = (height * amount) / most;
      const x = day * step + step * 0.15 + at * bar;
      const [name = "", kind = ""] = series[at] ?? [];
      return `<rect class="${kind}" x="${x.toFixed(1)}" y="${(height - size).toFixed(1)}" width="${bar.toFixed(1)}" height="${size.toFixed(1)}" rx="1"><title>${date}: ${count(amount)} ${name}</title></rect>`;
    }),
  );
  const ticks = values
    .filter((_, day) => day === 0 || day === values.length - 1)
    .map(({ date }, at) => {
      const isLast = at > 0 || values.length === 1;
      const x = isLast ? (values.length - 0.15) * step : 0;
      return `<text x="${x.toFixed(1)}" y="${height + 16}" text-anchor="${isLast ? "end" : "start"}">${date}</text>`;
    });
  const legend = series.map(([name, kind]) => `<i class="${kind}"></i>${name}`).join(" ");
  return `<section><h2>${title}</h2><p class="legend">${legend}</p>
<svg viewBox="0 0 ${width} ${height + 22}" role="img" aria-label="${title}"><line x1="0" x2="${width}" y1="${height}" y2="${height}"/>
<text x="0" y="10">${count(most)}</text>${bars.join("")}${ticks.join("")}</svg></section>`;
}

function table(
  title: string,
  head: string,
  rows: readonly UsageRow[],
  nameOf: (row: UsageRow) => string,
): string {
  const groups = grouped(rows, (row) => ({ language: nameOf(row), provider: "", model: "" }))
    .toSorted((a, b) => b.shown - a.shown)
    .slice(0, 20);
  const lines = groups.map((row) => {
    const p50 = firstTextQuantile(row, 0.5);
    const cells = [
      count(row.requests),
      count(row.tokensIn),
      count(row.tokensOut),
      count(row.shown),
      count(row.heldBack),
      count(row.acceptedWhole),
      count(row.acceptedPart),
      count(row.charactersAccepted),
      p50 === undefined ? "–" : `${p50} ms`,
      `$${row.cost.toFixed(2)}`,
    ];
    return `<tr><th>${escapeHtml(row.language)}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const names = [
    "requests",
    "in",
    "out",
    "shown",
    "held back",
    "whole",
    "in part",
    "characters",
    "first text",
    "cost",
  ];
  return `<section><h2>${title}</h2><table><thead><tr><th>${head}</th>${names.map((name) => `<td>${name}</td>`).join("")}</tr></thead><tbody>
${lines.join("\n")}
</tbody></table></section>`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const style = `
:root{color-scheme:light dark;--text:#1c2128;--soft:#6b7480;--line:#d9dee4;--back:#fff;--tile:#f4f6f8;--a:#b9c7d8;--b:#2f6fde}
@media(prefers-color-scheme:dark){:root{--text:#e4e8ee;--soft:#97a1ad;--line:#333b45;--back:#15191f;--tile:#1e242c;--a:#4a5a6d;--b:#6aa2ff}}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.5rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.05rem;margin:2rem 0 .25rem}
.lead,.legend,.note,small{color:var(--soft)}.lead{margin:.25rem 0 1rem}.legend{margin:0 0 .5rem;font-size:.85rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem}
.tile{background:var(--tile);border-radius:.5rem;padding:.75rem 1rem;display:flex;flex-direction:column}
.tile b{font-size:1.5rem;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto}svg line{stroke:var(--line)}svg text{fill:var(--soft);font-size:11px}
.shown,.in{fill:var(--a);background:var(--a)}.accepted,.out{fill:var(--b);background:var(--b)}
i{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin:0 .35rem 0 .6rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:right;font-weight:400}
th:first-child{text-align:left}thead{color:var(--soft)}
.note{font-size:.85rem;margin-top:2rem}`;
