/**
 * A repository writes `.fimignore` and `.gitignore`. They mean what git says, at every depth, and nothing that stands
 * in them keeps the server from answering or from ending.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

import { createExclusion } from "../../server/files/ignore/exclusion.ts";
import { excludedBy } from "../../server/files/ignore/patterns.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";
import { seededRandom, type Random } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Patterns that blow up in matchers which go back, and paths that almost match. */
const deep = "a/".repeat(30);
const blowUps: readonly (readonly [name: string, patterns: string, path: string])[] = [
  ["stars and double stars in turn", `${"*/**/".repeat(26_000)}x\n`, `${deep}y.ts`],
  ["one line of 62 bytes", `${"*/**/".repeat(12)}x\n`, `${deep}y.ts`],
  ["double stars before names", `${"**/a/".repeat(60)}b\n`, `${deep}y.ts`],
  ["stars in one name", `${"*a".repeat(40)}b\n`, `${"a".repeat(120)}.ts`],
  ["question marks and stars", `${"?*".repeat(60)}b\n`, `${"a".repeat(120)}.ts`],
  ["classes and stars", `${"*[a-z]".repeat(60)}0\n`, `${"a".repeat(120)}.ts`],
  ["open classes", `${"[a".repeat(5000)}\n`, `${"a".repeat(120)}.ts`],
  ["many patterns", "*/**/*b*c*d\n".repeat(19_000), `${deep}y.ts`],
  ["more patterns than anybody writes", "q*r\n".repeat(200_000), `${deep}y.ts`],
  ["many that take back", "*\n!*/\n!**/*.ts\n".repeat(6000), `${deep}y.ts`],
];

const ways: readonly (readonly [name: string, end: (client: LspClient) => void])[] = [
  ["exit", (client) => client.notify("exit")],
  ["the end of stdin", (client) => void client.server.input.end()],
  ["SIGTERM", (client) => client.server.kill("SIGTERM")],
];

describe.each([".fimignore", ".gitignore"])("%s", (name) => {
  test.each(blowUps.map((each, at) => [at, ...each] as const))(
    "%i, %s: every request is answered, and the server ends",
    async (at, _, patterns, path) => {
      const folder = temporaryFolder("fim-ignore-");
      const file = join(folder, path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, "");
      writeFileSync(join(folder, name), patterns);
      const [, end] = ways[at % ways.length] ?? [];
      const client = await startServer({
        kind: "spawned",
        environment: { FIM_PROVIDER_NAME: "workspace" },
        initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
      });
      const place = client.open("const a = ‸\n", { uri: pathToFileURL(file).href });
      expect(await client.inline(place)).toEqual({ items: [] });
      end?.(client);
      await client.server.exited;
      expect(client.server.exitCode).toBeDefined();
    },
  );
});

test.each([5, 31, 32, 33, 64, 200])(
  "a .fimignore of the root counts for a document %i folders below it",
  async (depth) => {
    const fim = await startFimServer();
    fim.answer = middle("plain();");
    const folder = temporaryFolder("fim-ignore-");
    writeFileSync(join(folder, ".fimignore"), "private.ts\n");
    const below = join(folder, ...Array.from({ length: depth }, () => "d"));
    mkdirSync(below, { recursive: true });
    const client = await startServer({
      kind: "inBand",
      environment: {
        FIM_PROVIDER_ENDPOINT: fim.endpoint,
        MISTRAL_API_KEY: "ignore-key-0123456789",
      },
      initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
    });
    for (const [name, requests] of [
      ["private.ts", 0],
      ["public.ts", 1],
    ] as const) {
      writeFileSync(join(below, name), "");
      const uri = pathToFileURL(join(below, name)).href;
      await client.inline(client.open("const a = ‸\n", { uri }));
      expect([name, fim.requests.length]).toEqual([name, requests]);
    }
    await client.close();
    await fim.close();
  },
);

test("patterns list what git says that they list", async () => {
  const random = seededRandom(7);
  const folder = temporaryFolder("fim-ignore-");
  execFileSync("git", ["init", "-q", folder]);
  const paths = Array.from({ length: 300 }, () => randomPath(random));
  let count = 0;
  for (let round = 0; round < 40; round++) {
    const patterns = Array.from({ length: 1 + random.below(4) }, () => randomPattern(random));
    writeFileSync(join(folder, ".gitignore"), `${patterns.join("\n")}\n`);
    const ignored = new Set(ignoredByGit(folder, paths));
    const isExcluded = excludedBy(patterns, [folder]);
    const found = paths.filter((path) => isExcluded(join(folder, path)));
    expect([patterns, found]).toEqual([patterns, paths.filter((path) => ignored.has(path))]);
    count += found.length;
  }
  expect(count).toBeGreaterThan(1000);
});

test.each([
  ["secret.txt", "secret.txt", true],
  ["\uFEFFsecret.txt", "secret.txt", true],
  ["secret.txt   ", "secret.txt", true],
  ["secret.txt\r", "secret.txt", true],
  ["SECRET.txt", "secret.TXT", true],
  ["[A-C]x", "bx", true],
  ["[a-c]x", "BX", true],
  ["caf\u00e9", "CAF\u00c9", true],
  ["?.ts", "\u{1F600}.ts", true],
  ["[[:digit:]]*.ts", "7a.ts", true],
  ["[!a].ts", "b.ts", true],
  ["a\\ ", "a ", true],
  ["# note", "# note", false],
  ["\\#note", "#note", true],
  ["[a", "[a", false],
  ["a\\", "a\\", false],
  ["", "a", false],
  ["/", "a", false],
  ["a/**", "a", false],
  ["**", "any/thing", true],
])("pattern %j on %j: %s", (pattern, path, expected) => {
  expect(excludedBy([pattern], ["/w"])(`/w/${path}`)).toBe(expected);
});

test("more patterns than anybody writes: nothing is sent", async () => {
  const exclusion = createExclusion(createFakeClock());
  const patterns = Array.from({ length: 30_000 }, (_, at) => `generated-${at}`);
  exclusion.set({ patterns, respectsIgnoreFiles: true }, []);
  await exclusion.whenKnown("untitled:a.ts");
  expect(!exclusion.of("untitled:a.ts").maySend).toBe(true);
});

function randomPath(random: Random): string {
  const names = ["a", "b", "ab", "a.ts", "b.ts", "x-1", "foo", "bar", "a b"] as const;
  return Array.from({ length: 1 + random.below(5) }, () => random.pick(names)).join("/");
}

function randomPattern(random: Random): string {
  const parts = [
    "a",
    "b",
    "*",
    "**",
    "?",
    "a*",
    "*.ts",
    "[ab]",
    "[!a]*",
    "fo?",
    "b?r",
    "x-[0-9]",
  ] as const;
  const text = Array.from({ length: 1 + random.below(4) }, () => random.pick(parts)).join("/");
  const isNegated = random.chance(0.2);
  return `${isNegated ? "!" : ""}${random.chance(0.2) ? "/" : ""}${text}${random.chance(0.2) ? "/" : ""}`;
}

/** Without an index, so that only the patterns decide. */
function ignoredByGit(folder: string, paths: readonly string[]): string[] {
  try {
    const argv = ["-C", folder, "check-ignore", "--no-index", "--stdin"];
    const options = { input: paths.join("\n"), encoding: "utf8" } as const;
    return execFileSync("git", argv, options).split("\n").filter(Boolean);
  } catch {
    // Status 1: none of them.
    return [];
  }
}
