/**
 * Builds the one file that is shipped, and beside it the licences of what it carries: `node .ci/build.mjs [OUTFILE]`.
 *
 * An editor waits for the answer to `initialize`, and the engine scans a whole file before its first line
 * runs. So what that answer does not need is carried packed, as a text, and compiled when it is imported. As
 * code in one piece, all of it would take longer than a bare Node.js 20 takes to start.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

import { build, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outfile = process.argv[2] ?? "dist/fim-language-server.cjs";

/** Imported with `import()`, and yet needed before the answer to `initialize`. */
const startUp = [
  "server/lsp/server.ts",
  "server/lsp/connection/transport.ts",
  "server/lsp/connection/process-watch.ts",
];

/**
 * Of undici what the providers import, without fetch, web sockets, caches and mocks: some 5 MB less in memory. A
 * name that is missing here fails every test of the built server.
 */
const undici = `
Object.assign(require("./lib/dispatcher/dispatcher").prototype, require("./lib/api"));
module.exports = {
  Client: require("./lib/dispatcher/client"),
  Pool: require("./lib/dispatcher/pool"),
  ProxyAgent: require("./lib/dispatcher/proxy-agent"),
  buildConnector: require("./lib/core/connect"),
};
`;

/** Large parts of packages that nothing here reaches. */
const slimPackages = {
  name: "slim-packages",
  setup(/** @type {import("esbuild").PluginBuild} */ builder) {
    builder.onLoad({ filter: /node_modules[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: undici,
    }));
    // Messages of validation are written here, in English; zod carries them in fifty languages.
    builder.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export {};",
    }));
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["server/main.ts"],
  outdir: "out",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // The server takes its types from the library and at run time only the JSON-RPC that the library carries; a
  // test holds it to that. The rest of the library would cost a quarter of a bare start.
  alias: { "vscode-languageserver/node": "vscode-jsonrpc/node", crypto: "./.ci/lazy-crypto.cjs" },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [slimPackages],
  write: false,
});

/** Names of the chunks that are needed at the start: they stay code. */
function earlyChunks() {
  const outputs = Object.entries(metafile.outputs);
  const entries = outputs.filter(({ 1: { entryPoint = "" } }) =>
    ["server/main.ts", ...startUp].includes(entryPoint),
  );
  const early = new Set(entries.map(([path]) => basename(path)));
  for (const name of early) {
    for (const { path, kind } of metafile.outputs[`out/${name}`]?.imports ?? []) {
      if (kind === "import-statement") early.add(basename(path));
    }
  }
  return early;
}

/** The oldest Node.js that can read the file, and be told that it is too old. */
const oldest = "node14.17";

/** A chunk as the body of a CommonJS function, which starts earlier than a module. */
async function toFunctionBody(text, target) {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target,
    minifySyntax: true,
    minifyWhitespace: true,
    // So that `import()` of another chunk becomes `require` of it.
    supported: { "dynamic-import": false },
  });
  return code;
}

/** A CommonJS package that is imported with `import()`: esbuild gives it a default export only. */
function isCommonJs(name) {
  const { entryPoint = "" } = metafile.outputs[`out/${name}`] ?? {};
  return metafile.inputs[entryPoint]?.format === "cjs";
}
/** As Node.js has it, its names are exports too. */
const allNames =
  "module.exports={__esModule:true,...module.exports.default,default:module.exports.default};";

const early = earlyChunks();
const functions = [];
const packed = [];
for (const { path, text } of outputFiles) {
  const name = basename(path);
  const target = early.has(name) ? oldest : "node20";
  const body = (await toFunctionBody(text, target)) + (isCommonJs(name) ? allNames : "");
  if (early.has(name)) functions.push(`"./${name}":(module,exports,require)=>{${body}}`);
  else packed.push(`${name} ${brotliCompressSync(body).toString("base64")}`);
}

/**
 * Finds chunks by the names under which they import each other; everything else is Node's. The packed ones
 * stand in a comment at the end of the file, which is skipped faster than texts are read.
 */
const loader = `
const loaded = new Map();
let packed;
function load(name) {
  if (!name.startsWith("./")) return require(name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  (functions[name] ?? unpack(name))(module, module.exports, load);
  return module.exports;
}
function unpack(name) {
  packed = packed ?? readPacked();
  const bytes = Buffer.from(packed.get(name.slice(2)), "base64");
  const text = require("node:zlib").brotliDecompressSync(bytes).toString("utf8");
  const names = ["module", "exports", "require"];
  return require("node:vm").compileFunction(text, names, { filename: __filename + name.slice(1) });
}
function readPacked() {
  const [, lines] = require("node:fs").readFileSync(__filename, "latin1").split("\\n/*packed\\n");
  return new Map(lines.split("\\n").map((line) => line.split(" ")));
}
load("./main.js");
`;

await mkdir(dirname(outfile), { recursive: true });
await writeFile(
  outfile,
  [
    "#!/usr/bin/env node",
    `"use strict";`,
    `const functions = {${functions.join(",\n")}};`,
    loader.trim(),
    "/*packed",
    ...packed,
    "*/",
    "",
  ].join("\n"),
);

/** Name, version and licence of each package in the bundle: their licences ask for it. */
async function licences() {
  const paths = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = paths.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const texts = [...new Set(folders)].toSorted().map(async (folder) => {
    const own = join(root, folder);
    const { name, version } = JSON.parse(await readFile(join(own, "package.json"), "utf8"));
    const file = (await readdir(own)).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} has no licence file to pass on`);
    return `==== ${name} ${version}\n\n${(await readFile(join(own, file), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n");
}

await writeFile(join(dirname(outfile), "third-party-licenses.txt"), await licences());
