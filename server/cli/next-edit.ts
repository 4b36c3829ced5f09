/**
 * `next-edit FILE:LINE --was TEXT`: prints the other places that need the same change, as an editor would show
 * them.
 */
import { lineEndAt, nextLineStartAt, type Offset } from "../engine/document.ts";
import { leastForNext } from "../next-edit/choose.ts";
import type { Place } from "../next-edit/next-edit.ts";
import { fittedRanking } from "../next-edit/ranking/fitted-ranking.ts";
import { featureNames } from "../next-edit/ranking/features.ts";
import { pathOf } from "../files/uri-path.ts";
import { parseArguments, UsageError, type CommandIo } from "./command.ts";
import { openFile } from "./open-file.ts";

const mostExplained = 5;

export async function nextEdit(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArguments(argv, {
    was: { type: "string" },
    explain: { type: "boolean" },
    config: { type: "string" },
  });
  const [argument, ...others] = positionals;
  const match = /^(.+?):(\d{1,9})$/s.exec(argument ?? "");
  const [, name = "", lineText = "0"] = match ?? [];
  const line = Number(lineText) - 1;
  if (match === null || line < 0 || others.length > 0 || values.was === undefined) {
    throw new UsageError(
      "needs FILE:LINE, counted from 1, and --was TEXT: the line before the change",
    );
  }
  const { host, documents, uri, text, folder } = await openFile(name, values.config, io);
  try {
    const { start, end } = lineRange(text, line);
    documents.open({ uri, text: text.slice(0, start) + values.was + text.slice(end) });
    documents.change(uri, 1, [{ text }]);
    const places = await host.nextEdits.find({ uri, line, isAsked: true });
    const isExplained = values.explain === true;
    const shown = isExplained
      ? places.slice(0, mostExplained)
      : places.filter(({ probability }) => probability >= leastForNext);
    if (shown.length === 0) {
      io.writeError("no other place seems to need this change\n");
      return 1;
    }
    for (const place of shown) io.write(describe(place, folder, isExplained));
    return 0;
  } finally {
    await host.close();
  }
}

function lineRange(text: string, line: number): { readonly start: Offset; readonly end: Offset } {
  let start = 0 as Offset;
  for (let current = 0; current < line; current++) {
    if (lineEndAt(text, start) === text.length) {
      throw new UsageError(`line ${line + 1} is past the end: the file has ${current + 1} lines`);
    }
    start = nextLineStartAt(text, start);
  }
  return { start, end: lineEndAt(text, start) };
}

function describe(place: Place, folder: string, isExplained: boolean): string {
  const path = pathOf(place.uri);
  const file = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  const text = place.lines.length === 0 ? ["(deleted)"] : place.lines.map((each) => each.trim());
  const head = `${file}:${place.line + 1}  ${place.probability.toFixed(2)}  ${text.join(" ⏎ ")}\n`;
  return isExplained ? head + explain(place) : head;
}

/** The change, and what each fact about the place adds to the logarithm of its odds. */
function explain({ kind, rule, features }: Place): string {
  const atoms = rule?.kind === "line" ? rule.atoms : [];
  const lines = atoms.map(
    ({ old, words }) => `${old.join(" ") || "(nothing)"} → ${words.join(" ") || "(nothing)"}`,
  );
  const weighed = featureNames
    .map((name) => ({ name, value: features.get(name) }))
    .map(({ name, value }) => ({ name, value, part: value * fittedRanking[name] }))
    .filter(({ part }) => part !== 0)
    .toSorted((one, other) => Math.abs(other.part) - Math.abs(one.part))
    .map(({ name, value, part }) => {
      const sign = part < 0 ? "" : "+";
      return `${sign}${part.toFixed(2)}  ${name}${value === 1 ? "" : ` ${value.toFixed(2)}`}`;
    });
  return [kind, ...lines, ...weighed].map((each) => `    ${each}\n`).join("");
}
