/** Turns a document's URI into its path on this machine and within its workspace folder. */
import { fileURLToPath } from "node:url";

/**
 * The absolute path of a `file:` URI; `undefined` for any other document, and for one of another system. Clients
 * write the drive as `C:`, `c:` or `c%3A`; here it is always `C:`, so that paths can be compared.
 */
export function pathOfUri(
  uri: string,
  isWindows: boolean = process.platform === "win32",
): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return withDrive(fileURLToPath(uri, { windows: isWindows }));
  } catch {
    return undefined;
  }
}

/** `path` with its drive letter, if it has one, in upper case. */
export function withDrive(path: string): string {
  return path.replace(/^[a-z]:(?=[\\/]|$)/, (drive) => drive.toUpperCase());
}

/**
 * The path of a URI of any scheme. Notebook cells and versions of a file carry the file's path under a scheme of
 * their own. The path is absolute only if it belongs to this machine. A document on another host or system is
 * matched by name like a file, but nothing is looked up next to it.
 */
export function pathOf(uri: string, isWindows?: boolean): string {
  const file = pathOfUri(
    uri.replace(/^[a-z][a-z0-9+.-]*:(?=\/(?!\/)|\/\/\/)/i, "file:"),
    isWindows,
  );
  if (file !== undefined) return file;
  const name = uri
    .replace(/^[a-z][a-z0-9+.-]*:/i, "")
    .replace(/[?#].*$/s, "")
    .replace(/^\/{2,}(?=\/)|^\/\//, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * The path that the model sees: relative to the innermost of `folders` that contains the document. For a document
 * outside all of them, only its name.
 */
export function pathInWorkspace(uri: string, folders: readonly string[]): string {
  const path = pathOf(uri).replaceAll("\\", "/");
  let inside = path.slice(path.lastIndexOf("/") + 1);
  let longest = 0;
  for (const folder of folders) {
    const root = `${folder.replaceAll("\\", "/").replace(/\/$/, "")}/`;
    if (root.length <= longest || !path.startsWith(root)) continue;
    longest = root.length;
    inside = path.slice(root.length);
  }
  return inside;
}
