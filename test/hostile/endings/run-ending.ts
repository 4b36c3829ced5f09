/**
 * One way for the server to end, over one transport, in one state: by a signal, or because its client was killed.
 * Afterwards nothing may be left of it: no process, no key command, no request at the provider.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { builtServer } from "../../support/built-server.ts";
import { stall } from "../../support/fim-answers.ts";
import { startFimServer } from "../../support/fim-server.ts";
import { environmentOf } from "../../support/server-process.ts";
import { projectRoot } from "../../support/source-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

export const transports = ["stdio", "socket", "pipe", "ipc"] as const;
export const states = ["idle", "streaming", "indexing", "keyCommand", "unread"] as const;
/** `clientKilledHeld`: another process has inherited the streams, so that they stay open. */
export const ways = ["SIGTERM", "SIGINT", "SIGHUP", "clientKilled", "clientKilledHeld"] as const;

export interface Ending {
  readonly transport: (typeof transports)[number];
  readonly state: (typeof states)[number];
  readonly way: (typeof ways)[number];
}

export const endings: readonly Ending[] = transports.flatMap((transport) =>
  states.flatMap((state) =>
    ways
      // A channel cannot be handed on.
      .filter((way) => transport !== "ipc" || way !== "clientKilledHeld")
      .map((way) => ({ transport, state, way })),
  ),
);

export interface EndingResult {
  /** Empty: all held. */
  readonly faults: readonly string[];
  readonly tookMs: number;
}

/** How long an ending took is printed and read. A held stream is noticed within ten seconds; the rest is for a busy machine. */
const guardMs = 20_000;

interface Fact {
  readonly serverId?: number;
  readonly holderId?: number;
  readonly isReady?: boolean;
  readonly code?: number | null;
  readonly signal?: string | null;
}

export async function runEnding({ transport, state, way }: Ending): Promise<EndingResult> {
  const folder = temporaryFolder("fim-ending-");
  const fim = await startFimServer();
  fim.answer = stall("some");
  const keyFile = join(folder, "key.pids");
  // With a child of its own, as scripts around password managers have.
  const keyCommand = ["sh", "-c", `sleep 60 & echo $$ $! > ${keyFile}; wait; echo late-key`];
  if (state === "indexing") writeSources(join(folder, "sources"));
  const orders = {
    serverFile: builtServer,
    transport,
    state,
    isHeld: way === "clientKilledHeld",
    pipeName: join(folder, "pipe"),
    environment: environmentOf({ MISTRAL_API_KEY: "ending-key-0123456789" }),
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      ...(state === "keyCommand" && { "provider.apiKeyCommand": keyCommand }),
    },
    ...(state === "indexing" && { folder: join(folder, "sources") }),
  };
  const script = join(projectRoot, "test/hostile/endings/client.cjs");
  const client = spawn(process.execPath, [script, JSON.stringify(orders)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const facts: Fact[] = [];
  createInterface(client.stdout).on("line", (line) => facts.push(JSON.parse(line) as Fact));
  const told = <K extends keyof Fact>(name: K): Fact[K] | undefined =>
    facts.find((fact) => fact[name] !== undefined)?.[name];

  const faults: string[] = [];
  try {
    const isReady = await becomes(() => told("isReady"));
    if (!isReady) return { faults: ["it did not get into its state"], tookMs: 0 };
    const asked = state === "streaming" ? await fim.nextRequest() : undefined;
    let commands: number[] = [];
    if (state === "keyCommand") {
      await becomes(() => existsSync(keyFile) && readFileSync(keyFile, "utf8").endsWith("\n"));
      commands = readFileSync(keyFile, "utf8").trim().split(" ").map(Number);
    }
    const serverId = told("serverId") ?? 0;
    const startedAt = performance.now();
    const isClientKilled = way === "clientKilled" || way === "clientKilledHeld";
    if (isClientKilled) client.kill("SIGKILL");
    else process.kill(serverId, way);
    if (!(await becomes(() => !isRunning(serverId)))) faults.push("it goes on");
    const tookMs = performance.now() - startedAt;
    if (!(await becomes(() => !commands.some(isRunning)))) faults.push("the key command goes on");
    if (asked !== undefined && !(await becomes(() => asked.isAborted))) {
      faults.push("the provider goes on");
    }
    if (!isClientKilled) {
      await becomes(() => told("code") !== undefined);
      // By its own decision, before `shutdown`: neither a crash nor a success.
      if (told("code") !== 1) faults.push(`exit code ${told("code")}, signal ${told("signal")}`);
    }
    return { faults, tookMs };
  } finally {
    for (const id of [told("serverId"), told("holderId"), client.pid]) kill(id);
    if (client.exitCode === null && client.signalCode === null) await once(client, "close");
    await fim.close();
    rmSync(folder, { recursive: true });
  }
}

/** 10 MB: enough to be found at it. */
function writeSources(folder: string): void {
  mkdirSync(folder);
  for (let file = 0; file < 100; file++) {
    const lines = Array.from(
      { length: 2500 },
      (_, line) => `export const name${file}x${line} = compute(${line});\n`,
    );
    writeFileSync(join(folder, `file${file}.ts`), lines.join(""));
  }
}

async function becomes(isSo: () => unknown): Promise<boolean> {
  const until = performance.now() + guardMs;
  while (performance.now() < until) {
    if (isSo() === true) return true;
    await pause(3);
  }
  return false;
}

/** A process that has ended and that nobody has asked about yet is no longer running. */
function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return (
      process.platform !== "linux" ||
      !/\) Z /.test(readFileSync(`/proc/${processId}/stat`, "latin1"))
    );
  } catch {
    return false;
  }
}

function kill(processId: number | undefined): void {
  if (processId !== undefined && processId > 0 && isRunning(processId)) {
    process.kill(processId, "SIGKILL");
  }
}
