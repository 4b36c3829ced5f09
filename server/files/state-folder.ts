/** Where the server keeps what it writes for this user between runs; never inside a workspace. */
import { isAbsolute, join } from "node:path";

export interface UserPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
}

/** `XDG_STATE_HOME` counts on every system; a relative path there is invalid and ignored. */
export function stateFolder({ environment, homeDirectory, platform }: UserPlaces): string {
  const xdg = environment["XDG_STATE_HOME"];
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "fim-language-server");
  if (platform === "win32") {
    const local = environment["LOCALAPPDATA"] ?? join(homeDirectory, "AppData", "Local");
    return join(local, "fim-language-server");
  }
  if (platform === "darwin")
    return join(homeDirectory, "Library", "Application Support", "fim-language-server");
  return join(homeDirectory, ".local", "state", "fim-language-server");
}
