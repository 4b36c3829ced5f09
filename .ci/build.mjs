/**
 * Builds the one file that is shipped: `node .ci/build.mjs [OUTFILE]`.
 *
 * An editor waits for the answer to `initialize`, and the engine scans a whole file before its first line
 * runs. Packages that this answer does not need are therefore carried packed, as a text, and compiled when
 * they are first imported: as code they would take as long as half the start of a bare Node.js 20.
 */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outfile = process.argv[2] ?? "dist/fim-language-server.cjs";

/** Imported by name, no sub-path of them. */
const deferred = ["undici", "zod/mini"];

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  // CommonJS starts some 6 ms earlier than a module, and is read by a Node.js too old to run it.
  format: "cjs",
  legalComments: "none",
  logLevel: "warning",
};

/** @type {import("esbuild").Plugin} */
const deferPackages = {
  name: "defer-packages",
  setup(builder) {
    const names = deferred.map((name) => name.replaceAll("/", String.raw`\/`)).join("|");
    builder.onResolve({ filter: new RegExp(`^(?:${names})$`) }, ({ path }) => ({
      path,
      namespace: "deferred",
    }));
    builder.onLoad({ filter: /.*/, namespace: "deferred" }, async ({ path }) => ({
      contents: [
        `const { compileFunction } = require("node:vm");`,
        `const { brotliDecompressSync } = require("node:zlib");`,
        `const packed = Buffer.from(${JSON.stringify(await packedPackage(path))}, "base64");`,
        `const names = ["module", "exports", "require"];`,
        `const options = { filename: ${JSON.stringify(path)} };`,
        `const text = brotliDecompressSync(packed).toString("latin1");`,
        `const scope = { exports: {} };`,
        `compileFunction(text, names, options)(scope, scope.exports, require);`,
        `module.exports = scope.exports;`,
      ].join("\n"),
      loader: "js",
      resolveDir: root,
    }));
  },
};

/** Messages of validation are written here, in English; zod carries them in fifty languages. */
const dropLocales = {
  name: "drop-locales",
  setup(/** @type {import("esbuild").PluginBuild} */ builder) {
    builder.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export {};",
    }));
  },
};

/** @param {string} name */
async function packedPackage(name) {
  const result = await build({
    ...common,
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: root },
    minify: true,
    write: false,
    plugins: [dropLocales],
  });
  // esbuild writes ASCII only, with escapes for the rest.
  return brotliCompressSync(result.outputFiles[0]?.contents ?? "").toString("base64");
}

await mkdir(dirname(outfile), { recursive: true });
await build({
  ...common,
  entryPoints: ["server/main.ts"],
  outfile,
  // The server takes its types from the library and at run time only the JSON-RPC that the library carries; a
  // test holds it to that. The rest of the library would cost a quarter of a bare start.
  alias: { "vscode-languageserver/node": "vscode-jsonrpc/node" },
  banner: { js: "#!/usr/bin/env node" },
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [deferPackages],
});
