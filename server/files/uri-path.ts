/** From a document's URI to its path on this machine. */
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
