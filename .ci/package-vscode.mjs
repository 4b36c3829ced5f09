/**
 * Packs the extension for VS Code with the server in it: `node .ci/package-vscode.mjs [OUTFILE]`, after the build.
 *
 * A `.vsix` is a zip with two manifests. The usual packager is not a dependency: it brings 280 packages, needs
 * Node.js 22 and asks questions.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { zipSync } from "fflate";

import { licencesOf } from "./licences.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "client-configs/vscode");
const outfile = process.argv[2] ?? join(root, "dist/fim-language-server.vsix");

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const manifest = {
  ...JSON.parse(await readFile(join(sources, "package.json"), "utf8")),
  version,
};

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(sources, manifest.main)],
  bundle: true,
  external: ["vscode"],
  format: "cjs",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  minify: true,
  platform: "node",
  target: "node20",
  write: false,
});

/** @type {Record<string, Uint8Array>} */
const files = {
  "[Content_Types].xml": bytes(contentTypes()),
  "extension.vsixmanifest": bytes(vsixManifest()),
  "extension/package.json": bytes(`${JSON.stringify(manifest, undefined, 2)}\n`),
  "extension/extension.js": outputFiles[0].contents,
  "extension/third-party-licenses.txt": bytes(await licencesOf(metafile)),
  "extension/LICENSE.txt": await readFile(join(root, "LICENSE")),
  "extension/CHANGELOG.md": await readFile(join(root, "CHANGELOG.md")),
  "extension/README.md": await readFile(join(sources, "README.md")),
  "extension/icon.png": await readFile(join(sources, manifest.icon)),
};
await addFolder(join(sources, "walkthrough"), "extension/walkthrough");
for (const name of ["fim-language-server.cjs", "third-party-licenses.txt"]) {
  files[`extension/server/${name}`] = await readFile(join(root, "dist", name));
}
await addFolder(join(root, "dist/chunks"), "extension/server/chunks");

// One date for all, so that the same sources make the same file.
const zip = zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) });
await writeFile(outfile, zip);
process.stdout.write(`${outfile}: ${Math.ceil(zip.length / 1000)} kB\n`);

async function addFolder(from, to) {
  for (const name of (await readdir(from)).toSorted()) {
    files[`${to}/${name}`] = await readFile(join(from, name));
  }
}

function bytes(text) {
  return new TextEncoder().encode(text);
}

function escaped(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replaceAll(/[&<>"]/g, (character) => entities[character]);
}

function contentTypes() {
  const types = {
    cjs: "application/javascript",
    js: "application/javascript",
    json: "application/json",
    md: "text/markdown",
    png: "image/png",
    txt: "text/plain",
    vsixmanifest: "text/xml",
  };
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${rows(types, ([name, type]) => `<Default Extension=".${name}" ContentType="${type}"/>`)}</Types>
`;
}

function rows(values, row) {
  return Object.entries(values).map(row).join("\n      ");
}

/** What a gallery and the installer read. */
function vsixManifest() {
  const { name, publisher, displayName, description, keywords, categories, engines } = manifest;
  const properties = {
    "Microsoft.VisualStudio.Code.Engine": engines.vscode,
    "Microsoft.VisualStudio.Code.ExtensionDependencies": "",
    "Microsoft.VisualStudio.Code.ExtensionPack": "",
    "Microsoft.VisualStudio.Code.ExtensionKind": manifest.extensionKind.join(","),
    "Microsoft.VisualStudio.Code.LocalizedLanguages": "",
    "Microsoft.VisualStudio.Code.PreRelease": "false",
    "Microsoft.VisualStudio.Services.GitHubFlavoredMarkdown": "true",
    "Microsoft.VisualStudio.Services.Content.Pricing": "Free",
  };
  const assets = {
    "Microsoft.VisualStudio.Code.Manifest": "package.json",
    "Microsoft.VisualStudio.Services.Content.Details": "README.md",
    "Microsoft.VisualStudio.Services.Content.Changelog": "CHANGELOG.md",
    "Microsoft.VisualStudio.Services.Content.License": "LICENSE.txt",
    "Microsoft.VisualStudio.Services.Icons.Default": manifest.icon,
  };
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${escaped(name)}" Version="${version}" Publisher="${escaped(publisher)}"/>
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>${escaped(keywords.join(","))}</Tags>
    <Categories>${escaped(categories.join(","))}</Categories>
    <GalleryFlags>Public${manifest.preview ? " Preview" : ""}</GalleryFlags>
    <Properties>
      ${rows(properties, ([id, value]) => `<Property Id="${id}" Value="${escaped(value)}"/>`)}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/${escaped(manifest.icon)}</Icon>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code"/>
  </Installation>
  <Dependencies/>
  <Assets>
      ${rows(assets, ([type, path]) => `<Asset Type="${type}" Path="extension/${path}" Addressable="true"/>`)}
  </Assets>
</PackageManifest>
`;
}
