/**
 * Builds the one file that is shipped: `node .ci/build.mjs [OUTFILE]`.
 *
 * The engine scans a whole file before its first line runs. Packages that are not needed to answer
 * `initialize` are therefore carried as text and compiled when first imported: with them as code, the time
 * from spawn to that answer is longer by half of what a bare Node.js takes to start (measured on Node 20).
 */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

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
        `const scope = { exports: {} };`,
        `const names = ["module", "exports", "require"];`,
        `const text = ${JSON.stringify(await packageText(path))};`,
        `const load = compileFunction(text, names, { filename: ${JSON.stringify(path)} });`,
        `load(scope, scope.exports, require);`,
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
async function packageText(name) {
  const result = await build({
    ...common,
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: root },
    minify: true,
    write: false,
    plugins: [dropLocales],
  });
  return result.outputFiles[0]?.text ?? "";
}

await mkdir(dirname(outfile), { recursive: true });
await build({
  ...common,
  entryPoints: ["server/main.ts"],
  outfile,
  banner: { js: "#!/usr/bin/env node" },
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [deferPackages],
});
