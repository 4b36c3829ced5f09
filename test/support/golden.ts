/**
 * Golden files: cases one after the other, each with a line of prose on what and why, then sections of
 * text. `UPDATE_GOLDEN=1` writes what the code gives into the sections that a test produces; the diff is read
 * as a change of behavior.
 *
 *     === closers of the answer's own brackets are kept
 *     -- document call.ts --
 *     foo(‸)
 *     -- middle --
 *     bar()
 *     -- expected --
 *     foo(⟦bar()⟧)
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface GoldenCase {
  readonly title: string;
  readonly sections: readonly GoldenSection[];
}

export interface GoldenSection {
  /** First word of the header: `document`. */
  readonly name: string;
  /** The rest of the header: `call.ts`. */
  readonly argument: string;
  /** Without the line end before the next header. */
  readonly text: string;
}

export interface GoldenFile {
  readonly path: string;
  readonly name: string;
  readonly cases: readonly GoldenCase[];
}

export const isUpdating = process.env["UPDATE_GOLDEN"] === "1";

export function readGolden(folder: string): GoldenFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .toSorted()
    .map((name) => {
      const path = join(folder, name);
      return { path, name: name.slice(0, -4), cases: parse(readFileSync(path, "utf8"), name) };
    });
}

/** Writes the file again with what `produce` gives for each case, after the sections that it does not name. */
export function updateGolden(
  file: GoldenFile,
  produce: (golden: GoldenCase) => readonly GoldenSection[],
): void {
  const cases = file.cases.map((golden) => {
    const produced = produce(golden);
    const names = new Set(produced.map(({ name }) => name));
    const given = golden.sections.filter(({ name }) => !names.has(name));
    return { title: golden.title, sections: [...given, ...produced] };
  });
  writeFileSync(file.path, format(cases));
}

/** The text of the section `name`; `undefined` where the case has none. */
export function sectionText(golden: GoldenCase, name: string): string | undefined {
  return golden.sections.find((section) => section.name === name)?.text;
}

/** The section `name`; throws where the case has none. */
export function requireSection(golden: GoldenCase, name: string): GoldenSection {
  const section = golden.sections.find((each) => each.name === name);
  if (section === undefined) throw new Error(`golden: no section ${name} in "${golden.title}"`);
  return section;
}

function parse(text: string, fileName: string): GoldenCase[] {
  const cases: { title: string; sections: GoldenSection[] }[] = [];
  let lines: string[] | undefined;
  let header: { name: string; argument: string } | undefined;
  const closeSection = () => {
    if (header !== undefined)
      cases.at(-1)?.sections.push({ ...header, text: (lines ?? []).join("\n") });
    header = undefined;
  };
  for (const [index, line] of text.replace(/\n$/, "").split("\n").entries()) {
    const title = /^=== (.+)$/.exec(line)?.[1];
    const section = /^-- (\w+)(?: (.+))? --$/.exec(line);
    if (title !== undefined) {
      closeSection();
      if (cases.some((golden) => golden.title === title)) throw new Error(`golden: ${title} twice`);
      cases.push({ title, sections: [] });
    } else if (section !== null) {
      closeSection();
      if (cases.length === 0) throw new Error(`golden: ${fileName}:${index + 1}: no case yet`);
      header = { name: section[1] ?? "", argument: section[2] ?? "" };
      lines = [];
    } else if (header === undefined) {
      if (line.trim() !== "") throw new Error(`golden: ${fileName}:${index + 1}: ${line}`);
    } else lines?.push(line);
  }
  closeSection();
  return cases;
}

function format(cases: readonly GoldenCase[]): string {
  return cases
    .map(({ title, sections }) => {
      const parts = sections.map(({ name, argument, text }) => {
        const header = `-- ${argument === "" ? name : `${name} ${argument}`} --`;
        return `${header}\n${text}\n`;
      });
      return `=== ${title}\n${parts.join("")}`;
    })
    .join("");
}
