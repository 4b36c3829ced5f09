/** The user's home folder, also where there is none: a service or a container may run without one. */
import { homedir } from "node:os";
import { isAbsolute, parse } from "node:path";

/** Always absolute: what is looked for in it must not be found in the folder that the editor was started in. */
export function homeFolder(): string {
  try {
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // No HOME, and no entry in the system's list of users.
  }
  return parse(process.cwd()).root;
}
