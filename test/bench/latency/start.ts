/** Time from spawn to the answer to `initialize`, compared with bare Node.js, and the memory with an open file. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { builtServer } from "../../support/built-server.ts";
import { homeWithoutSettings } from "../../support/server-process.ts";

const params = { processId: null, rootUri: null, capabilities: {} };
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
const initialize = `Content-Length: ${body.length}\r\n\r\n${body}`;

/** Milliseconds, one of each in turn, so that what else the machine does hits both. */
export async function startTimes(
  count: number,
): Promise<{ readonly bare: number[]; readonly server: number[] }> {
  const bare: number[] = [];
  const server: number[] = [];
  for (let run = 0; run < count; run++) {
    bare.push(await bareStart());
    server.push(await serverStart());
  }
  return { bare, server };
}

/** Resident memory in MiB; `undefined` where the system does not tell. */
export function residentMiB(processId: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${processId}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** The same for both. Certificates named by the environment make every start of Node.js slower. */
function environment(): NodeJS.ProcessEnv {
  const home = homeWithoutSettings();
  const { NODE_EXTRA_CA_CERTS: _, ...others } = process.env;
  return { ...others, HOME: home, USERPROFILE: home };
}

function bareStart(): Promise<number> {
  const env = environment();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["-e", "0"], { env, stdio: ["pipe", "pipe", "pipe"] });
  return new Promise((resolve) => {
    child.on("exit", () => resolve(performance.now() - startedAt));
  });
}

function serverStart(): Promise<number> {
  const env = environment();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [builtServer, "--stdio"], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  child.stdin.write(initialize);
  return new Promise((resolve) => {
    child.stdout.once("data", () => {
      const took = performance.now() - startedAt;
      child.once("exit", () => resolve(took));
      child.kill("SIGKILL");
    });
  });
}
