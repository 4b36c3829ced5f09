/** The shape of the code, held by test: floors, cycles, purity, one home for each package, short files. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import { codeOf, projectRoot, sourceFiles, type SourceFile } from "./support/source-files.ts";

const files = sourceFiles("server");

/** What each folder may import beside itself. Imports go down only. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  engine: ["base"],
  files: ["engine", "base"],
  documents: ["engine", "base"],
  providers: ["files", "engine", "base"],
  settings: ["files", "engine", "base"],
  "next-edit": ["engine", "base"],
  "workspace-model": ["documents", "files", "engine", "base"],
  session: [
    "providers",
    "settings",
    "workspace-model",
    "next-edit",
    "documents",
    "files",
    "engine",
    "base",
  ],
  lsp: [
    "session",
    "providers",
    "settings",
    "workspace-model",
    "next-edit",
    "documents",
    "files",
    "engine",
    "base",
  ],
  cli: [
    "session",
    "providers",
    "settings",
    "workspace-model",
    "next-edit",
    "documents",
    "files",
    "engine",
    "base",
  ],
  http: [
    "session",
    "providers",
    "settings",
    "workspace-model",
    "next-edit",
    "documents",
    "files",
    "engine",
    "base",
  ],
  "main.ts": [
    "cli",
    "http",
    "lsp",
    "session",
    "providers",
    "settings",
    "workspace-model",
    "next-edit",
    "documents",
    "files",
    "engine",
    "base",
  ],
};

/** Each package of the bundle has one home (and those who translate for it). */
const homes: Readonly<Record<string, readonly string[]>> = {
  "vscode-languageserver": ["lsp"],
  "vscode-languageserver-textdocument": ["documents"],
  undici: ["providers"],
  "eventsource-parser": ["providers"],
  zod: ["settings", "providers", "lsp", "http", "cli"],
  "jsonc-parser": ["settings"],
  "p-debounce": ["lsp", "session", "workspace-model"],
};

/** The folder of a file in `server/`, or its name when it lies there itself. */
function floorOf(path: string): string {
  return path.split("/")[1] ?? path;
}

/** `vscode-languageserver/node` belongs to the package `vscode-languageserver`. */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

test("imports go down only, type imports too", () => {
  const upward = files.flatMap(({ path, imports }) => {
    const allowed = [floorOf(path), ...(mayImport[floorOf(path)] ?? [])];
    return imports
      .filter(({ isRelative }) => isRelative)
      .filter(({ target }) => !allowed.includes(floorOf(target)) || !target.startsWith("server/"))
      .map(({ target }) => `${path} imports ${target}`);
  });
  expect(upward).toEqual([]);
});

test("every file lies on a floor, and every import exists", () => {
  expect(files.map(({ path }) => floorOf(path)).filter((floor) => !(floor in mayImport))).toEqual(
    [],
  );
  const missing = files.flatMap(({ path, imports }) =>
    imports
      .filter(({ isRelative, target }) => isRelative && !existsSync(join(projectRoot, target)))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(missing).toEqual([]);
});

test("no cycles, type imports included", () => {
  expect(cyclesOf(files)).toEqual([]);
});

test("the rooms of one floor form no circle", () => {
  const floors = Object.keys(mayImport).filter((name) => !name.endsWith(".ts"));
  const circles = floors.flatMap((floor) =>
    cyclesOf(contracted(files.filter(({ path }) => floorOf(path) === floor))),
  );
  expect(circles).toEqual([]);
});

describe("engine/, next-edit/ and base/ are deterministic", () => {
  // base/clock.ts is where the clock is; everything else gets it as a `Clock`.
  const pure = files.filter(
    ({ path }) =>
      ["engine", "next-edit", "base"].includes(floorOf(path)) && path !== "server/base/clock.ts",
  );
  test("they import no input or output", () => {
    const impure = pure.flatMap(({ path, imports }) =>
      imports
        .filter(({ isRelative }) => !isRelative)
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(impure).toEqual([]);
  });
  test("they read no clock, no randomness, no process", () => {
    const forbidden =
      /\b(?:Date\s*[.(]|new Date|Math\.random|performance\.|crypto\.|process\.|fetch\(|setTimeout|setInterval|setImmediate|queueMicrotask|console\.|globalThis)/;
    const impure = pure.flatMap(({ path, text }) => {
      const match = forbidden.exec(codeOf(text));
      return match === null ? [] : [`${path}: ${match[0]}`];
    });
    expect(impure).toEqual([]);
  });
});

test("time comes from a Clock above them as well, but in the commands, which measure the real one", () => {
  const direct = /\b(?:Date\.now\(|performance\.now\(|(?<!\.)setTimeout\(|(?<!\.)setInterval\()/;
  const users = files
    .filter(({ path }) => path !== "server/base/clock.ts" && floorOf(path) !== "cli")
    .filter(({ text }) => direct.test(codeOf(text)))
    .map(({ path }) => path);
  expect(users).toEqual([]);
});

test("each package has its home", () => {
  const strays = files.flatMap(({ path, imports }) =>
    imports
      .filter(({ isRelative, target }) => !isRelative && !target.startsWith("node:"))
      .filter(({ target }) => !(homes[packageOf(target)] ?? []).includes(floorOf(path)))
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(strays).toEqual([]);
});

test("everything the bundle needs is bundled: no runtime dependency", () => {
  const manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as Record<
    string,
    Record<string, string> | undefined
  >;
  expect(manifest["dependencies"]).toBeUndefined();
  const declared = Object.keys(manifest["devDependencies"] ?? {});
  expect(Object.keys(homes).filter((name) => !declared.includes(name))).toEqual([]);
});

describe("files", () => {
  const lengths = files.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
  test("one idea each: none over 300 lines", () => {
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });
  test("most are under 120 lines", () => {
    const short = lengths.filter(({ lines }) => lines < 120).length;
    expect(short / lengths.length).toBeGreaterThan(0.6);
  });
  test("share their folder with few: at most 15 of them", () => {
    const folders = files.map(({ path }) => dirname(path));
    const crowded = [...new Set(folders)].filter(
      (folder) => folders.filter((other) => other === folder).length > 15,
    );
    // A list of steps, one a file, in the order of its index.ts.
    expect(crowded).toEqual([]);
  });
  test("have a head that says why they exist", () => {
    const headless = files.filter(({ text }) => !/^(?:#!.*\n)?\/\*\*/.test(text));
    expect(headless.map(({ path }) => path)).toEqual([]);
  });
  test("have names that say something", () => {
    const vague = /(?:^|[/-])(?:utils?|common|helpers?|misc|manager|impl)(?:[/.-]|$)/;
    expect(files.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });
});

/**
 * The files of one floor as its rooms: every sub-folder is one node, a file that lies directly in the floor's
 * folder is a node of its own. Imports within a room and out of the floor are left out.
 */
function contracted(floor: readonly SourceFile[]): SourceFile[] {
  const rooms = new Map<string, SourceFile>();
  const paths = new Set(floor.map(({ path }) => path));
  for (const { path, imports } of floor) {
    const room = roomOf(path);
    const outward = imports
      .filter(({ target }) => paths.has(target) && roomOf(target) !== room)
      .map((each) => ({ ...each, target: roomOf(each.target) }));
    const known = rooms.get(room)?.imports ?? [];
    rooms.set(room, { path: room, text: "", imports: [...known, ...outward] });
  }
  return [...rooms.values()];
}

/** The sub-folder of the floor that holds the file, or the file itself. */
function roomOf(path: string): string {
  return path.split("/").slice(0, 3).join("/");
}

/** Each cycle once, from the file at which the search met it. */
function cyclesOf(sources: readonly SourceFile[]): string[] {
  const targets = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.filter(({ isRelative }) => isRelative).map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(" > "));
      return;
    }
    if (done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return cycles;
}

test("the guide names only files that exist, every folder and every room", () => {
  const guide = readFileSync(join(projectRoot, "server/ARCHITECTURE.md"), "utf8");
  const folders = Object.keys(mayImport).filter((name) => !name.endsWith(".ts"));
  expect(
    folders.filter((folder) => !guide.includes(`**\`${folder}/\`**`) && folder !== "base"),
  ).toEqual([]);
  const rooms = new Set(files.map(({ path }) => dirname(path).replace(/^server\/?/, "")));
  const unnamed = [...rooms].filter(
    (room) => room.includes("/") && !guide.includes(`\`${room}/\``),
  );
  expect(unnamed).toEqual([]);
  // The tests that hold an invariant are there.
  const tests = [...guide.matchAll(/`(test\/[\w./-]+)`/g)].map((match) => match[1] ?? "");
  expect(tests.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  // A paragraph of the code map speaks of one folder; elsewhere paths are written out.
  const missing = guide.split("\n").flatMap((line) => {
    const folder = /^\*\*`([a-z-]+)\/`\*\*/.exec(line)?.[1] ?? "";
    const named = [...line.matchAll(/`([a-z/-]+\.ts)`/g)].map((match) => match[1] ?? "");
    return named.filter(
      (name) =>
        ![join("server", folder, name), join("server", name), name].some((path) =>
          existsSync(join(projectRoot, path)),
        ),
    );
  });
  expect(missing).toEqual([]);
});
