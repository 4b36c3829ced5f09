/** Ends the server when its client is gone and could not say so: killed, with the pipe held by another child. */
import type { Clock } from "../../base/clock.ts";

/**
 * The end of stdin tells it at once; this is for a pipe that another child holds open. Twice a second were 120 wakeups
 * of an idle machine a minute.
 */
const intervalMs = 10_000;

/**
 * Calls `onGone` once, soon after the process `processId` ended. A process that was never seen alive is not
 * watched: in a container the client has a number of another namespace. The end of stdin ends the server there.
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
