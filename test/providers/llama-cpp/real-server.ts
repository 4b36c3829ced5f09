/** Starts a real llama.cpp server on a tiny model, behind a relay that shows and steers what goes through. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { obtainLlamaServer } from "./acquire.ts";
import { tinyModel, type TinyModelOptions } from "./tiny-model.ts";

export interface RealServerOptions extends TinyModelOptions {
  /** Further arguments of the program. */
  readonly args?: readonly string[];
  /** Resolve as soon as the port is open, while the model still loads. */
  readonly whileLoading?: boolean;
}

export interface RealServer {
  /** Of the relay. */
  readonly origin: string;
  /** The program's own. */
  readonly directOrigin: string;
  /** Makes the model write exactly this; `undefined`: whatever it likes. */
  middle: string | undefined;
  /** Bodies of the answers to `/infill`, whole or cut by an abort, in their order. */
  readonly answers: readonly string[];
  close(): Promise<void>;
}

/** Why there is no server here; `undefined` when there is one. */
export async function whyNoServer(): Promise<string | undefined> {
  try {
    await obtainLlamaServer();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
  }
}

export async function startRealServer(options: RealServerOptions = {}): Promise<RealServer> {
  const program = await obtainLlamaServer();
  const folder = await mkdtemp(join(tmpdir(), "fim-llama-"));
  const model = join(folder, "tiny.gguf");
  await writeFile(model, tinyModel(options));
  const port = await freePort();
  const args = ["-m", model, "--host", "127.0.0.1", "--port", String(port), "-np", "1", "--no-ui"];
  const child = spawn(program, [...args, ...(options.args ?? [])], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const directOrigin = `http://127.0.0.1:${port}`;
  await reachable(directOrigin, options.whileLoading === true);
  const relay = await startRelay(port);
  return {
    directOrigin,
    origin: relay.origin,
    answers: relay.answers,
    get middle() {
      return relay.middle;
    },
    set middle(value) {
      relay.middle = value;
    },
    async close() {
      await relay.close();
      // SIGTERM would wait for streams that are still open.
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** Asks until the server answers at all, or has loaded its model. */
async function reachable(origin: string, isLoadingEnough: boolean): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    try {
      const { status } = await fetch(`${origin}/health`);
      if (status === 200 || isLoadingEnough) return;
    } catch {
      // Not open yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("llama-server did not start");
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Relay {
  readonly origin: string;
  readonly answers: readonly string[];
  middle: string | undefined;
  close(): Promise<void>;
}

/** Passes everything on, aborts included; adds the grammar that makes the model write `middle`. */
async function startRelay(port: number): Promise<Relay> {
  const answers: string[] = [];
  const onRequest: RequestListener = (request, response) => void pass(request, response);
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "GET", url: path = "/", headers } = request;
    const body = steered(Buffer.concat(chunks).toString(), relay.middle);
    const length = { "content-length": Buffer.byteLength(body) };
    const sent = {
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: { ...headers, ...length },
      agent: false,
    };
    const onward = httpRequest(sent, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      const index = path === "/infill" ? answers.push("") - 1 : -1;
      answer.on("data", (chunk: Buffer) => {
        if (index >= 0) answers[index] += chunk.toString();
        response.write(chunk);
      });
      answer.on("close", () => response.end());
      answer.on("error", () => response.destroy());
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    onward.end(body);
  };
  const server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const relay: Relay = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    middle: undefined,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return relay;
}

function steered(body: string, middle: string | undefined): string {
  if (body === "" || middle === undefined) return body;
  const grammar = `root ::= ${JSON.stringify(middle)}`;
  return JSON.stringify({ ...(JSON.parse(body) as object), grammar });
}
