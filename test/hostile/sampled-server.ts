/** The built server in a process of its own, whose memory, objects and delays can be asked for. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { builtServer } from "../support/built-server.ts";
import { environmentOf, toServerProcess, type ServerProcess } from "../support/server-process.ts";
import { projectRoot } from "../support/source-files.ts";

export interface Sample {
  /**
   * Bytes, after a collection. `code` is what V8 has compiled and lives on the heap too: it goes on compiling for
   * hours what is seldom run. `external` are the buffers, which live beside the heap.
   */
  readonly heap: number;
  readonly code: number;
  readonly external: number;
  readonly resident: number;
  /** What keeps the process alive. */
  readonly handles: number;
  /** Objects that can be reached, those that keep no process alive included. */
  readonly sockets: number;
  readonly timers: number;
  /** Since the sample before. A loop that is never held up shows 1 ms: the timer's own. */
  readonly processorMs: number;
  readonly delay50: number;
  readonly delay99: number;
  readonly delayMax: number;
}

export interface SampledServer extends ServerProcess {
  sample(): Promise<Sample>;
  writeHeapSnapshot(file: string): Promise<void>;
}

const probe = join(projectRoot, "test/hostile/probe.cjs");

/** `nodeArguments` come first: `--cpu-prof` and its like. */
export function spawnSampled(
  environment: Readonly<Record<string, string>>,
  nodeArguments: readonly string[] = [],
): SampledServer {
  const argv = [...nodeArguments, "--expose-gc", "--require", probe, builtServer, "--stdio"];
  const child = spawn(process.execPath, argv, {
    env: environmentOf(environment),
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const ask = async (question: object): Promise<unknown> => {
    const answered = once(child, "message");
    child.send(question);
    return (await answered)[0];
  };
  return Object.assign(toServerProcess(child), {
    sample: async () => (await ask({})) as Sample,
    async writeHeapSnapshot(file: string) {
      await ask({ heapSnapshot: file });
    },
  });
}
