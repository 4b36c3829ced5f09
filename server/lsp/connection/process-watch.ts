/**
 * Ends the server if its client is gone without closing the pipe: the client was killed and another child holds the
 * pipe open.
 */
import type { Clock } from "../../base/clock.ts";

/**
 * The end of stdin is noticed at once; this is for a pipe that another child holds open. The interval is long
 * because two checks a second would wake an idle machine 120 times a minute.
 */
const intervalMs = 10_000;

/**
 * Calls `onGone` once, soon after the process `processId` ended. A process that was never seen alive is not
 * watched: in a container, the client's number belongs to another namespace. The end of stdin ends the server
 * there.
 */
export function watchProcess(processId: number, clock: Clock, onGone: () => void): void {
  if (!isAlive(processId)) return;
  const look = (): void => {
    if (isAlive(processId)) clock.setTimer(look, intervalMs);
    else onGone();
  };
  clock.setTimer(look, intervalMs);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
