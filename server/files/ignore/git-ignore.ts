/** What ignore files say of a path, each for the folder it lies in and all below, as git reads them. */
import ignore, { type Ignore } from "ignore";
import { dirname, relative, sep } from "node:path";

/** `undefined` where there is no file; what is there and cannot be read may list anything. */
export type FolderRules = Ignore | "unreadable" | undefined;

export function parseRules(text: string): FolderRules {
  return text === "" ? undefined : ignore().add(text);
}

/** `undefined`: the rules of `folder` say nothing of `path`, which lies below it. */
export function saidOf(
  path: string,
  isFolder: boolean,
  folder: string,
  rules: FolderRules,
): boolean | undefined {
  if (typeof rules !== "object") return rules === "unreadable" ? true : undefined;
  const steps = relative(folder, path).split(sep).join("/");
  const { ignored, unignored } = rules.test(isFolder ? `${steps}/` : steps);
  return ignored || unignored ? ignored : undefined;
}

/**
 * The nearest file that says anything decides, none above `top`. For a path whose folders are not ignored: what lies
 * in one that is cannot be taken back.
 */
export async function isIgnored(
  path: string,
  isFolder: boolean,
  top: string,
  rulesOf: (folder: string) => Promise<FolderRules>,
): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const said = saidOf(path, isFolder, folder, await rulesOf(folder));
    if (said !== undefined) return said;
    if (folder === top || folder === dirname(folder)) return false;
  }
}
