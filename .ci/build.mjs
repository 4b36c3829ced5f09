/**
 * Builds what is shipped: the entry, its chunks, and the licences of what they carry: `node .ci/build.mjs [OUTFILE]`.
 *
 * An editor waits for the answer to `initialize`, and the engine scans a whole file before its first line
 * runs. So each `import()` begins a chunk of its own, which is read only when it is needed. As one file, the
 * code would take longer than a bare Node.js 20 takes to start.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";

import { licencesOf } from "./licences.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const outfile = process.argv[2] ?? "dist/fim-language-server.cjs";

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
  alias: {
    "vscode-languageserver/node": "vscode-jsonrpc/node",
    // Its CommonJS part requires its files in a way that cannot be bundled.
    "jsonc-parser": "jsonc-parser/lib/esm/main.js",
    crypto: "./.ci/lazy-crypto.cjs",
  },
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [slimPackages],
  write: false,
});

/** The oldest Node.js that can read the entry, and be told that it is too old. */
const oldest = "node14.17";

/** Names of the chunks that are read before the version of Node.js is looked at. */
function firstChunks() {
  const first = new Set(["main.js"]);
  for (const name of first) {
    for (const { path, kind, external } of metafile.outputs[`out/${name}`]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) first.add(basename(path));
    }
  }
  return first;
}

/** CommonJS, which starts earlier than modules. */
async function toCommonJs(text, target) {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target,
    minifySyntax: true,
    minifyWhitespace: true,
    // So that `import()` of another chunk becomes `require` of it.
    supported: { "dynamic-import": false },
  });
  return code.replaceAll(/(require\("\.\/[\w-]+)\.js"\)/g, '$1.cjs")');
}

/** A CommonJS package that is imported with `import()`: esbuild gives it a default export only. */
function isCommonJs(name) {
  const { entryPoint = "" } = metafile.outputs[`out/${name}`] ?? {};
  return metafile.inputs[entryPoint]?.format === "cjs";
}
/** As Node.js has it, its names are exports too. */
const allNames =
  "module.exports={__esModule:true,...module.exports.default,default:module.exports.default};";
/** Values where esbuild has getters: nothing that a chunk exports changes after it has run. */
const plainValues = "module.exports={__esModule:true,...module.exports};";

const chunks = join(dirname(outfile), "chunks");
await rm(chunks, { recursive: true, force: true });
await mkdir(chunks, { recursive: true });
const first = firstChunks();
for (const { path, text } of outputFiles) {
  const name = basename(path);
  const code = await toCommonJs(text, first.has(name) ? oldest : "node20");
  const exports = isCommonJs(name) ? allNames : name === "main.js" ? "" : plainValues;
  await writeFile(join(chunks, name.replace(/\.js$/, ".cjs")), `"use strict";${code}${exports}\n`);
}

/** Where Node.js (22 and later) keeps what it has compiled, it starts faster the next time. */
const entry = `#!/usr/bin/env node
"use strict";
const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
const caches = XDG_CACHE_HOME || LOCALAPPDATA || HOME + "/.cache";
const { enableCompileCache } = require("module");
if (enableCompileCache && require("path").isAbsolute(caches)) {
  enableCompileCache(caches + "/fim-language-server/compiled");
}
require("./chunks/main.cjs");
`;
await writeFile(outfile, entry);

await writeFile(join(dirname(outfile), "third-party-licenses.txt"), await licencesOf(metafile));
