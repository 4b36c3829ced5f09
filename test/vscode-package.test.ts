/** The `.vsix` file: what is in it, that its manifests agree, and that the server in it runs. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";

import { version } from "../server/base/version.ts";
import { projectRoot } from "./support/source-files.ts";
import { vscodeSettings } from "./support/vscode-settings.ts";

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly main: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: unknown };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown: string };
      }[];
    }[];
  };
}

let folder: string;
let packed: Buffer;
let files: Readonly<Record<string, Uint8Array>>;
let manifest: Manifest;
const run = promisify(execFile);
const packager = join(projectRoot, ".ci/package-vscode.mjs");

async function pack(name: string): Promise<Buffer> {
  await run(process.execPath, [packager, join(folder, name)]);
  return readFile(join(folder, name));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-vsix-"));
  packed = await pack("one.vsix");
  files = unzipSync(packed);
  manifest = JSON.parse(strFromU8(files["extension/package.json"] ?? new Uint8Array())) as Manifest;
}, 30_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("holds the extension in one file, the server, and what a gallery shows", () => {
  const expected =
    /^(?:\[Content_Types\]\.xml|extension\.vsixmanifest|extension\/(?:package\.json|extension\.js|icon\.png|README\.md|CHANGELOG\.md|LICENSE\.txt|third-party-licenses\.txt|walkthrough\/\w+\.md|server\/(?:fim-language-server\.cjs|third-party-licenses\.txt|chunks\/[\w-]+\.cjs)))$/;
  expect(Object.keys(files).filter((name) => !expected.test(name))).toEqual([]);
  const named = [
    manifest.main,
    manifest.icon,
    ...manifest.contributes.walkthroughs.flatMap(({ steps }) =>
      steps.map(({ media }) => media.markdown),
    ),
  ].map((path) => join("extension", path));
  expect(named.filter((name) => files[name] === undefined)).toEqual([]);
  const types = strFromU8(files["[Content_Types].xml"] ?? new Uint8Array());
  const untyped = Object.keys(files).filter(
    (name) => !name.endsWith(".xml") && !types.includes(`Extension=".${name.split(".").at(-1)}"`),
  );
  expect(untyped).toEqual([]);
});

test("is the same for the gallery, for VS Code and for npm", () => {
  const gallery = strFromU8(files["extension.vsixmanifest"] ?? new Uint8Array());
  expect(manifest.version).toBe(version);
  for (const fact of [
    `Id="${manifest.name}"`,
    `Publisher="${manifest.publisher}"`,
    `Version="${version}"`,
    `Value="${manifest.engines.vscode}"`,
  ]) {
    expect(gallery).toContain(fact);
  }
  const paths = [...gallery.matchAll(/(?:Path="|<Icon>|<License>)([^"<]+)/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths.length).toBeGreaterThan(5);
  expect(paths.filter((path) => files[path] === undefined)).toEqual([]);
});

test("has every setting of the table, and a walkthrough whose links lead to commands", () => {
  expect(manifest.contributes.configuration.properties).toEqual(vscodeSettings());
  const [walkthrough] = manifest.contributes.walkthroughs;
  expect(walkthrough?.steps).toHaveLength(3);
  const own = manifest.contributes.commands.map(({ command }) => command);
  const linked = (walkthrough?.steps ?? []).flatMap(({ description }) =>
    [...description.matchAll(/\(command:([\w.]+)/g)].map(([, command = ""]) => command),
  );
  const known = /^(?:workbench\.action\.openSettings|editor\.action\.inlineSuggest\.trigger)$/;
  expect(linked.filter((command) => !own.includes(command) && !known.test(command))).toEqual([]);
});

test("holds a server that runs, and an extension that needs nothing but VS Code", async () => {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "unpacked", name)), { recursive: true });
    await writeFile(join(folder, "unpacked", name), bytes);
  }
  const server = join(folder, "unpacked/extension/server/fim-language-server.cjs");
  expect((await run(process.execPath, [server, "--version"])).stdout).toBe(`${version}\n`);
  const extension = strFromU8(files["extension/extension.js"] ?? new Uint8Array());
  const needed = [...extension.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name);
  const builtIn = (await import("node:module")).builtinModules;
  const foreign = needed.filter((name) => !builtIn.includes(name.replace("node:", "")));
  expect([...new Set(foreign)]).toEqual(["vscode"]);
});

test("is made the same from the same sources", async () => {
  expect(packed.equals(await pack("two.vsix"))).toBe(true);
});
