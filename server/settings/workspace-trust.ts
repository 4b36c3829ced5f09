/**
 * Editors mix settings that a repository carries (`.dir-locals.el`, `.vscode/settings.json`, …) into what
 * they send, and do not say so. Before a client's value for an endpoint, a key source or a command is
 * believed, the files by which a workspace could have set it are looked at: what they mention is refused.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { flattenLayer, settingsSection } from "./flatten.ts";
import { definitionOf, settingKeys, type SettingKey } from "./schema.ts";

/** A file of settings that an editor applies without asking. */
interface Carrier {
  readonly name: string;
  /** The editor sends of it only what stands under our section; others send all, settings without section too. */
  readonly isSectioned?: boolean;
}

/** Below each folder. */
const carriers: readonly Carrier[] = [
  { name: ".dir-locals.el" },
  { name: ".dir-locals-2.el" },
  { name: ".vscode/settings.json", isSectioned: true },
  { name: ".vim/coc-settings.json" },
  { name: ".helix/languages.toml" },
  { name: ".zed/settings.json" },
  { name: ".lapce/settings.toml" },
  { name: ".kateproject" },
  { name: ".neoconf.json" },
  { name: ".nlsp-settings/fim.json" },
  { name: ".nlsp-settings/fim_language_server.json" },
];

/** The same, where the project chooses the name. */
const carrierEndings: readonly Carrier[] = [
  { name: ".sublime-project" },
  { name: ".code-workspace", isSectioned: true },
];

/** Emacs takes the nearest of its files upwards; nobody opens a folder deeper than this. */
const maxLevels = 64;

/** More files in one folder, or more text in one, than anybody writes by hand: they may set anything. */
const maxFiles = 64;
const maxBytes = 1024 * 1024;

const userKeys = settingKeys.filter((key) => definitionOf(key).scope === "user");

/** Settings of scope `user` that `content` sets: only for these the workspace has to be looked at. */
export function userScopedKeys(content: unknown): readonly SettingKey[] {
  const { entries } = flattenLayer(content);
  return entries.map(({ key }) => key).filter((key) => definitionOf(key).scope === "user");
}

/** Which settings of scope `user` some file of the workspace may set, and that file's path. */
export async function workspaceMentions(
  folders: readonly string[],
  homeDirectory: string,
): Promise<ReadonlyMap<SettingKey, string>> {
  const mentioned = new Map<SettingKey, string>();
  const note = (keys: readonly SettingKey[], path: string): void => {
    for (const key of keys) if (!mentioned.has(key)) mentioned.set(key, path);
  };
  for (const folder of new Set(folders.flatMap((path) => levelsOf(path, homeDirectory)))) {
    const files = await carriersIn(folder);
    if (files.length > maxFiles) note(userKeys, folder);
    const found = await Promise.all(
      files.slice(0, maxFiles).map(async ({ name, isSectioned = false }) => {
        const file = join(folder, name);
        return { file, keys: await keysIn(file, isSectioned) };
      }),
    );
    for (const { file, keys } of found) note(keys, file);
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

async function carriersIn(folder: string): Promise<readonly Carrier[]> {
  const names = await readdir(folder).catch(() => []);
  const projects = names.flatMap((name) => {
    const kind = carrierEndings.find((ending) => name.endsWith(ending.name));
    return kind === undefined ? [] : [{ ...kind, name }];
  });
  return [...carriers, ...projects];
}

/** Settings of scope `user` that the file can set: none where there is no such file. */
async function keysIn(file: string, isSectioned: boolean): Promise<readonly SettingKey[]> {
  try {
    const facts = await stat(file);
    // A pipe would be waited for.
    if (!facts.isFile()) return [];
    if (facts.size > maxBytes) return userKeys;
    const text = await readFile(file, "utf8");
    if (isObscure(file, text)) return userKeys;
    if (isSectioned && !text.includes(settingsSection)) return [];
    return userKeys.filter((key) => key.split(".").every((word) => holdsWord(text, word)));
  } catch {
    // Most of them do not exist, and what cannot be read here the editor cannot read either.
    return [];
  }
}

/** Escapes and other encodings can spell any name: a file that uses them may say anything. */
function isObscure(file: string, text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (/[\0\u001B\uFFFD]/.test(text)) return true;
  if (file.endsWith(".el")) return text.includes("\\") || /coding:(?!\s*utf-8)/i.test(text);
  return /\\[^"/bfnrt]/.test(text.replaceAll("\\\\", ""));
}

function holdsWord(text: string, word: string): boolean {
  return new RegExp(String.raw`(?<![\w-])${word}(?![\w-])`).test(text);
}
