/** Finds who listens on a port of this machine. Linux lists this in `/proc/net/tcp`; elsewhere it is unknown. */
import { readFile } from "node:fs/promises";

/** Addresses that receive traffic to 127.0.0.1, as written by the kernel of a little-endian machine. */
const addresses: ReadonlySet<string> = new Set([
  "0100007F",
  "00000000",
  "0".repeat(32),
  "0000000000000000FFFF00000100007F",
]);

const listening = "0A";

/**
 * Ids of the users whose processes listen on `port` of 127.0.0.1. Empty if the system does not report it or nothing
 * listens.
 */
export async function listenersOn(port: number): Promise<readonly number[]> {
  const tables = await Promise.all([tableOf("/proc/net/tcp"), tableOf("/proc/net/tcp6")]);
  return [...new Set(tables.flatMap((table) => listenersIn(table, port)))].toSorted(
    (left, right) => left - right,
  );
}

/** `table` as in `/proc/net/tcp`: number, local address, remote address, state, queues, timer, retries, user. */
export function listenersIn(table: string, port: number): readonly number[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , user = ""] = line.trim().split(/\s+/);
    const [address = "", hexPort = ""] = local.split(":");
    const isIt = state === listening && Number.parseInt(hexPort, 16) === port;
    return isIt && addresses.has(address) && /^\d+$/.test(user) ? [Number(user)] : [];
  });
}

async function tableOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}
