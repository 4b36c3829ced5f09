/**
 * The opened workspace folders as paths, each once and without a final slash, regardless of the client's spelling.
 * Folders that are not on disk are skipped.
 */
import { resolve } from "node:path";

import { pathOfUri, withDrive } from "../files/uri-path.ts";
import { asArray, asRecord } from "./json.ts";

/** `workspaceFolders`, otherwise `rootUri`, otherwise `rootPath`. Each may be missing or null. */
export function foldersOf(params: unknown): readonly string[] {
  const { workspaceFolders, rootUri, rootPath } = asRecord(params);
  const folders = paths(workspaceFolders);
  if (folders.length > 0 || Array.isArray(workspaceFolders)) return folders;
  const root = toPath(rootUri);
  if (root !== undefined) return [resolve(root)];
  return typeof rootPath === "string" && rootPath !== "" ? [withDrive(resolve(rootPath))] : [];
}

/** Also true for folders that are not on disk. */
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

/** The path of a `file:` URI; `undefined` for any other. */
export function toPath(uri: unknown): string | undefined {
  return typeof uri === "string" ? pathOfUri(uri) : undefined;
}

function paths(folders: unknown): readonly string[] {
  const found = asArray(folders)
    .map((folder) => toPath(asRecord(folder)["uri"]))
    .filter((path) => path !== undefined);
  return [...new Set(found.map((path) => resolve(path)))];
}
