import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Name, version and licence of each package that a bundle carries: their licences ask for it.
 *
 * @param {import("esbuild").Metafile} metafile
 */
export async function licencesOf(metafile) {
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
