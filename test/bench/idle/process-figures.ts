/** What Linux reports about a process: processor time, wakeups, memory. NaN if there is no /proc. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessFigures {
  readonly cpuMs: number;
  /** Times that a thread of it began to run again. */
  readonly wakeups: number;
  readonly residentMiB: number;
}

export function processFigures(processId: number): ProcessFigures {
  const folder = `/proc/${processId}`;
  try {
    const fields = readFileSync(`${folder}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
    // Clock ticks are 10 ms on every Linux that Node.js runs on.
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * 10;
    const threads = readdirSync(`${folder}/task`).map((thread) =>
      readFileSync(`${folder}/task/${thread}/status`, "latin1"),
    );
    const wakeups = threads.reduce((sum, status) => sum + switchesIn(status), 0);
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`${folder}/status`, "latin1"))?.[1];
    return { cpuMs, wakeups, residentMiB: Number(resident) / 1024 };
  } catch {
    return { cpuMs: Number.NaN, wakeups: Number.NaN, residentMiB: Number.NaN };
  }
}

function switchesIn(status: string): number {
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
