/** From a document's URI to its path on this machine and within its workspace folder. */
import { fileURLToPath } from "node:url";

/**
 * The absolute path of a `file:` URI; `undefined` for any other document, and for one of another system. Clients
 * spell the drive as `C:`, `c:` or `c%3A`: here it is always `C:`, so that paths can be compared.
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

/** `path` with the letter of its drive, if it has one, as a capital. */
export function withDrive(path: string): string {
  return path.replace(/^[a-z]:(?=[\\/]|$)/, (drive) => drive.toUpperCase());
}

/**
 * The path of a URI of any scheme, absolute only where it is one of this machine: cells of a notebook and versions
 * of a file carry its path under a scheme of their own. Of a document on another host, or of another system,
 * the name is matched like a file's, but nothing is looked for beside it.
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

/** The path that a model is given: relative to the innermost of `folders` that holds the document; its name alone outside of all of them. */
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
