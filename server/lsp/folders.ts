/**
 * The opened workspace folders as paths, each once and without a slash at its end, whatever the client's spelling;
 * folders that are not files are nowhere to look.
 */
import { resolve } from "node:path";

import { pathOfUri, withDrive } from "../files/uri-path.ts";
import { asArray, asRecord } from "./json.ts";

/** `workspaceFolders`, else `rootUri`, else `rootPath`; every one of them may be missing or null. */
export function foldersOf(params: unknown): readonly string[] {
  const { workspaceFolders, rootUri, rootPath } = asRecord(params);
  const folders = paths(workspaceFolders);
  if (folders.length > 0 || Array.isArray(workspaceFolders)) return folders;
  const root = toPath(rootUri);
  if (root !== undefined) return [resolve(root)];
  return typeof rootPath === "string" && rootPath !== "" ? [withDrive(resolve(rootPath))] : [];
}

/** True also of folders that are not files. */
export function tellsOfFolder(params: unknown): boolean {
  const { workspaceFolders, rootUri, rootPath } = asRecord(params);
  const roots = [rootUri, rootPath].filter((root) => typeof root === "string" && root !== "");
  return roots.length > 0 || asArray(workspaceFolders).length > 0;
}

/** After `workspace/didChangeWorkspaceFolders`. */
export function changedFolders(folders: readonly string[], params: unknown): readonly string[] {
  const { added, removed } = asRecord(asRecord(params)["event"]);
  const gone = new Set(paths(removed));
  return [...new Set([...folders.filter((folder) => !gone.has(folder)), ...paths(added)])];
}

/** The path of a `file:` URI; `undefined` for all others. */
export function toPath(uri: unknown): string | undefined {
  return typeof uri === "string" ? pathOfUri(uri) : undefined;
}

function paths(folders: unknown): readonly string[] {
  const found = asArray(folders)
    .map((folder) => toPath(asRecord(folder)["uri"]))
    .filter((path) => path !== undefined);
  return [...new Set(found.map((path) => resolve(path)))];
}
