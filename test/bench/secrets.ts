/**
 * How well secrets are masked: recall and precision on the corpora of test/fixtures/secrets, and masks in real
 * code, which holds next to none.
 *
 *   npm run bench -- secrets                        # what is installed: node_modules, Python's library, C headers
 *   npm run bench -- secrets --show 40 FOLDER…      # a sample of the masks in these folders
 *
 * The rules were written with the first half of the corpora (even lines) in view; judge them by the second.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { languageOf } from "../../server/engine/languages/language-of.ts";
import { maskSecrets } from "../../server/engine/secrets/mask-secrets.ts";
import { isFound, isTouched, readSecretCases } from "../support/secret-cases.ts";

const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;

export function bench(argv: readonly string[]): void {
  reportCorpora();
  const shown = argv[0] === "--show" ? Number(argv[1]) : 0;
  const named = argv.slice(argv[0] === "--show" ? 2 : 0).filter((each) => !each.startsWith("-"));
  for (const folder of named.length > 0 ? named : defaultFolders()) reportFolder(folder, shown);
  reportSpeed();
}

function reportCorpora(): void {
  const secrets = readSecretCases("secrets");
  const innocents = readSecretCases("innocents");
  for (const [half, title] of ["first half", "second half"].entries()) {
    const inHalf = (_: unknown, index: number): boolean => index % 2 === half;
    const mine = secrets.filter(inHalf);
    const found = mine.filter(isFound);
    const touched = innocents.filter(inHalf).filter(isTouched);
    console.log(
      `${title}: recall ${percent(found.length, mine.length)} of ${mine.length}, precision ${percent(found.length, found.length + touched.length)}`,
    );
    for (const each of mine) if (!found.includes(each)) console.log(`  missed: ${each.name}`);
    for (const { name } of touched) console.log(`  false: ${name}`);
  }
}

function defaultFolders(): readonly string[] {
  const python = ["/usr/lib", "/usr/local/lib"].flatMap((root) =>
    existsSync(root)
      ? readdirSync(root)
          .filter((name) => /^python3\.\d+$/.test(name))
          .map((name) => join(root, name))
      : [],
  );
  const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
  return [modules, ...python, "/usr/include"].filter((folder) => existsSync(folder));
}

const source =
  /\.(?:[cm]?[jt]sx?|pyi?|c|h|hpp|cc|cpp|go|rs|rb|php|java|kt|cs|lua|sh|pl|pm|json|ya?ml|toml|md|html?|css|scss|xml|sql|ini|cfg)$/;
/** Larger ones are not completed in. */
const maxBytes = 1_000_000;

function reportFolder(folder: string, shown: number): void {
  let bytes = 0;
  let files = 0;
  const masks: string[] = [];
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, path);
    if (!source.test(path)) continue;
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || stats.size > maxBytes) continue;
    const text = readFileSync(file, "utf8");
    bytes += stats.size;
    files += 1;
    const { text: masked, count } = maskSecrets(text, {
      hasBareValues: languageOf("", `file:///${path}`).hasBareValues,
    });
    if (count > 0) masks.push(...changedLines(text, masked).map((line) => `${path}: ${line}`));
  }
  const megabytes = bytes / 1e6;
  console.log(
    `${folder}: ${masks.length} lines masked in ${megabytes.toFixed(0)} MB of ${files} files, ${(masks.length / megabytes).toFixed(2)} a MB`,
  );
  const step = Math.max(1, Math.ceil(masks.length / Math.max(1, shown)));
  const sample = masks.filter((_, index) => index % step === 0).slice(0, shown);
  for (const line of sample) console.log(`  ${line}`);
}

function changedLines(text: string, masked: string): readonly string[] {
  const after = masked.split("\n");
  return text
    .split("\n")
    .map((line, index) => ({ line, after: after[index] ?? "" }))
    .filter(({ line, after: changed }) => line !== changed)
    .map(({ line, after: changed }) => {
      const at = Array.from(line).findIndex((character, index) => character !== changed[index]);
      return line.slice(Math.max(0, at - 80), at + 80).trim();
    });
}

function reportSpeed(): void {
  const file = fileURLToPath(
    new URL("../../server/engine/secrets/named-values.ts", import.meta.url),
  );
  const text = readFileSync(file, "utf8").repeat(4).slice(0, 16_000);
  const rounds = 200;
  for (let round = 0; round < 50; round++) maskSecrets(text);
  const start = performance.now();
  for (let round = 0; round < rounds; round++) maskSecrets(text);
  const ms = (performance.now() - start) / rounds;
  console.log(`a window of 16 KB: ${ms.toFixed(2)} ms`);
}
