/** The user's home folder. Also works without one: a service or a container may have none. */
import { homedir } from "node:os";
import { isAbsolute, parse } from "node:path";

/** Always absolute, so that nothing is looked up in the folder that the editor was started in. */
export function homeFolder(): string {
  try {
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // There is no HOME and no entry in the system's user list.
  }
  return parse(process.cwd()).root;
}
