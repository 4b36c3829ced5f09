/** The path of a document as a model is told it: within its workspace folder, with slashes. */
import { pathOf } from "./ignore/exclusion.ts";

/** Relative to the innermost of `folders` that holds the document; its name alone outside of all of them. */
export function toldPath(uri: string, folders: readonly string[]): string {
  const path = pathOf(uri).replaceAll("\\", "/");
  let told = path.slice(path.lastIndexOf("/") + 1);
  let longest = 0;
  for (const folder of folders) {
    const root = `${folder.replaceAll("\\", "/").replace(/\/$/, "")}/`;
    if (root.length <= longest || !path.startsWith(root)) continue;
    longest = root.length;
    told = path.slice(root.length);
  }
  return told;
}
