/** Ends the server when its client is gone and could not say so: killed, with the pipe held by another child. */
import type { Clock } from "../../base/clock.ts";

/** An orphan lives no longer than a second: half of it until it is noticed, the rest is for a busy machine. */
const intervalMs = 500;

/** Calls `onGone` once, soon after the process `processId` ended. */
export function watchProcess(processId: number, clock: Clock, onGone: () => void): void {
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
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
