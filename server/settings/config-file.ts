/** The user's configuration file: where it is on each system, and how it is read into a layer. */
import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

import { NotReadable, readSmallTextNow } from "../files/small-file.ts";
import { parseConfigText } from "./config-text.ts";
import type { Environment } from "./environment.ts";
import type { SettingsIssue } from "./issue.ts";
import type { SettingsLayer } from "./resolve.ts";

export interface ConfigFileOptions {
  /** The path from `--config`. Without it, the first default place with a file is used. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  /** Paths of all folders opened so far. A file in one of them counts as the workspace's. */
  readonly workspaceFolders: readonly string[];
}

type Place = Pick<ConfigFileOptions, "environment" | "homeDirectory" | "platform">;

/** The default places, best first. `XDG_CONFIG_HOME` is respected on every system. */
export function configFilePlaces({ environment, homeDirectory, platform }: Place): string[] {
  const directories: string[] = [];
  const xdg = environment["XDG_CONFIG_HOME"];
  // XDG base directory specification: a relative path in this variable is invalid and ignored.
  if (xdg !== undefined && isAbsolute(xdg)) directories.push(xdg);
  if (platform === "win32") {
    directories.push(environment["APPDATA"] ?? join(homeDirectory, "AppData", "Roaming"));
  }
  if (platform === "darwin")
    directories.push(join(homeDirectory, "Library", "Application Support"));
  if (platform !== "win32") directories.push(join(homeDirectory, ".config"));
  return directories.map((directory) => join(directory, "fim-language-server", "config.json"));
}

/** A missing default file is no issue; a missing `--config` file is one. Never rejects. */
export async function configFileLayer(options: ConfigFileOptions): Promise<SettingsLayer> {
  const isExplicit = options.file !== undefined;
  const places = options.file === undefined ? configFilePlaces(options) : [resolve(options.file)];
  for (const file of places) {
    const text = readText(file);
    if (text.kind === "missing" && !isExplicit) continue;
    if (text.kind !== "text") {
      const received = text.kind === "missing" ? "no such file" : text.reason;
      return layer(file, undefined, [issueAt(file, "a readable file", received)]);
    }
    const isFromWorkspace = await isInWorkspace(file, isExplicit, options);
    return { ...(await parse(file, text.text)), isFromWorkspace };
  }
  return { name: "configuration file", content: undefined };
}

/** True if `file`, with links resolved, is in one of `folders`. */
export async function isInside(file: string, folders: readonly string[]): Promise<boolean> {
  const target = await resolved(file);
  const roots = await Promise.all(folders.map(resolved));
  return roots.some((root) => {
    const path = relative(root, target);
    return path === "" || (path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path));
  });
}

/** If a user opens the home directory as a workspace, the file in its default place is still the user's own. */
async function isInWorkspace(
  file: string,
  isExplicit: boolean,
  { homeDirectory, workspaceFolders }: ConfigFileOptions,
): Promise<boolean> {
  const holdsHome = await Promise.all(
    workspaceFolders.map((folder) => isInside(homeDirectory, [folder])),
  );
  const folders = isExplicit
    ? workspaceFolders
    : workspaceFolders.filter((_, index) => holdsHome[index] !== true);
  return isInside(file, folders);
}

type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Synchronous: the answer to `initialize` waits for the file, and the first background job costs 3 ms. */
function readText(file: string): FileText {
  try {
    const text = readSmallTextNow(file);
    if (text === undefined) return { kind: "missing" };
    return { kind: "text", text: text.replace(/^\uFEFF/, "") };
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    return { kind: "unreadable", reason: error instanceof NotReadable ? error.message : code };
  }
}

async function parse(file: string, text: string): Promise<SettingsLayer> {
  if (text.trim() === "") return layer(file, undefined);
  const parsed = await parseConfigText(text);
  if (parsed.kind === "content") return layer(file, parsed.content);
  const issue = issueAt(
    file,
    "JSON (comments are allowed) with an object of settings",
    `text that is not JSON from line ${parsed.line}, column ${parsed.column} on`,
  );
  return layer(file, undefined, [issue]);
}

function layer(
  file: string,
  content: unknown,
  issues: readonly SettingsIssue[] = [],
): SettingsLayer {
  return { name: "configuration file", content, source: file, issues };
}

function issueAt(file: string, expected: string, received: string): SettingsIssue {
  return { path: file, expected, received, source: file };
}

async function resolved(path: string): Promise<string> {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
