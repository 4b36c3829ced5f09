/** Cells of the fault matrix, one after the other in one server, with the key and the proxy's password as canaries. */
import { setTimeout as pause } from "node:timers/promises";

import { startAuthProxy } from "../faults/auth-proxy.ts";
import { cells, type Cell } from "../faults/cells.ts";
import { hostFor, startFaultServer } from "../faults/fault-server.ts";
import { startCanary } from "./canary.ts";

/** Of every kind of fault a cell over HTTP/1.1, one over HTTP/2 and one through the proxy, where there are such. */
export const canaryCells: readonly Cell[] = [...new Set(cells.map(kindOf))].flatMap(
  (kind, index) => {
    const all = cells.filter((cell) => kindOf(cell) === kind);
    const direct = all.filter(({ isProxied }) => !isProxied);
    const proxied = all.filter(({ isProxied }) => isProxied);
    const over1 = direct.filter(({ transport }) => transport !== "h2");
    const over2 = direct.filter(({ transport }) => transport === "h2");
    return [over1, over2, proxied].flatMap((some) => some[index % Math.max(1, some.length)] ?? []);
  },
);

export interface FaultLeaks {
  readonly leaks: readonly string[];
  /** Cells whose fault the server has met. */
  readonly reached: number;
}

/** `caFile` holds the certificate of the fault servers. */
export async function leaksUnderFaults(
  chosen: readonly Cell[],
  level: string,
  caFile: string,
): Promise<FaultLeaks> {
  const canary = await startCanary(level, "variable");
  const passwords = new Set<string>();
  let reached = 0;
  for (const cell of chosen) {
    const far = await startFaultServer(cell);
    const proxy = cell.isProxied ? await startAuthProxy(cell, far.port) : undefined;
    void far.struck.then(() => reached++);
    for (const form of passwordForms(proxy?.url)) passwords.add(form);
    const scheme = cell.transport === "h1" ? "http" : "https";
    const host = cell.point === "dns" ? "no-such-host.invalid" : hostFor(cell);
    const endpoint = `${scheme}://${host}:${far.port}/v1`;
    const settings = {
      "provider.endpoint": endpoint,
      ...(proxy && { "provider.proxy": proxy.url }),
      "provider.caFile": caFile,
      "provider.allowInsecure": true,
    };
    canary.client.notify("workspace/didChangeConfiguration", { settings });
    await inForce(canary.client, endpoint);
    await canary.ask();
    await proxy?.close();
    await far.close();
  }
  const leaks = await canary.leaks(...passwords);
  canary.remove();
  return { leaks, reached };
}

function kindOf({ point, fault }: Cell): string {
  return `${point}/${fault}`;
}

/** As written in the URL, as it is, and as it goes over the wire. */
function passwordForms(proxyUrl: string | undefined): readonly string[] {
  if (proxyUrl === undefined) return [];
  const { username, password } = new URL(proxyUrl);
  const plain = decodeURIComponent(password);
  const pair = `${decodeURIComponent(username)}:${plain}`;
  return [password, plain, Buffer.from(pair).toString("base64")];
}

async function inForce(
  client: { request(method: string, params: unknown): Promise<unknown> },
  endpoint: string,
): Promise<void> {
  for (;;) {
    const status = await client.request("workspace/executeCommand", { command: "fim.status" });
    const { provider } = status as { provider?: { endpoint?: string } };
    if (provider?.endpoint === endpoint) return;
    await pause(10);
  }
}
