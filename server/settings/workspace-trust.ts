/**
 * Editors mix settings that a repository carries (`.dir-locals.el`, `.vscode/settings.json`, …) into what
 * they send, and do not say so. Before a client's value for an endpoint, a key source or a command is
 * believed, the files by which a workspace could have set it are looked at: what they mention is refused.
 */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { flattenLayer } from "./flatten.ts";
import { definitionOf, settingKeys, type SettingKey } from "./schema.ts";

/** Below each folder: where editors keep settings of a project that they apply without asking. */
const carriers = [
  ".dir-locals.el",
  ".dir-locals-2.el",
  ".vscode/settings.json",
  ".vim/coc-settings.json",
  ".helix/languages.toml",
  ".zed/settings.json",
  ".kateproject",
  ".neoconf.json",
  ".nlsp-settings/fim.json",
];

/** The same, where the project chooses the name. */
const carrierEndings = [".sublime-project", ".code-workspace"];

/** Emacs takes the nearest of its files upwards; nothing reaches further than a deep checkout. */
const maxLevels = 8;

const maxBytes = 1024 * 1024;

/** Settings of scope `user` that `content` sets: only for these the workspace has to be looked at. */
export function userScopedKeys(content: unknown): readonly SettingKey[] {
  const { entries } = flattenLayer(content);
  return entries.map(({ key }) => key).filter((key) => definitionOf(key).scope === "user");
}

/** Which settings of scope `user` some file of the workspace mentions, and that file's path. */
export async function workspaceMentions(
  folders: readonly string[],
  homeDirectory: string,
): Promise<ReadonlyMap<SettingKey, string>> {
  const mentioned = new Map<SettingKey, string>();
  const levels = new Set(folders.flatMap((folder) => levelsOf(folder, homeDirectory)));
  for (const folder of levels) {
    for (const file of await carriersIn(folder)) {
      const text = await textOf(file);
      for (const key of text === undefined ? [] : keysMentioned(file, text)) {
        if (!mentioned.has(key)) mentioned.set(key, file);
      }
    }
  }
  return mentioned;
}

/** The folder and its parents, up to the user's own home, which is not part of any checkout. */
function levelsOf(folder: string, homeDirectory: string): string[] {
  const levels: string[] = [];
  let level = folder;
  while (levels.length < maxLevels && level !== homeDirectory && level !== dirname(level)) {
    levels.push(level);
    level = dirname(level);
  }
  return levels;
}

async function carriersIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const projects = names.filter((name) => carrierEndings.some((ending) => name.endsWith(ending)));
  return [...carriers, ...projects.slice(0, 8)].map((name) => join(folder, name));
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file)).toString("utf8", 0, maxBytes);
  } catch {
    // Most of them do not exist, and what cannot be read here the editor cannot read either.
    return undefined;
  }
}

function keysMentioned(file: string, text: string): readonly SettingKey[] {
  const keys = settingKeys.filter((key) => definitionOf(key).scope === "user");
  // Escapes can spell any name: a file that uses them may say anything.
  const isObscure = file.endsWith(".el") ? text.includes("\\") : /\\u/i.test(text);
  if (isObscure) return keys;
  if (!/fim/i.test(text)) return [];
  return keys.filter((key) => text.includes(key.slice(key.lastIndexOf(".") + 1)));
}
