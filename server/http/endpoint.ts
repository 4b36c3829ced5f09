/**
 * The endpoint: HTTP on the loopback interface, for this user's programs only. A token keeps other users out, and
 * the checks of `Host` and `Origin` keep browser pages out.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import type { Clock } from "../base/clock.ts";
import { llamaCppForm } from "./llama-cpp-form.ts";
import { mistralForm } from "./mistral-form.ts";
import { openaiForm } from "./openai-form.ts";
import { isToken } from "./is-token.ts";
import { BadRequest, type FimQuestion, type WireForm } from "./wire-form.ts";

const forms: readonly WireForm[] = [mistralForm, openaiForm, llamaCppForm];

/** Larger than any prompt that a model can read. */
const maxBodyBytes = 8 * 1024 * 1024;
/** A client that sends nothing for so long holds a connection for nothing. */
const requestTimeoutMs = 30_000;
const idleTimeoutMs = 60_000;
/** Editors open a few; more are a fault. */
const maxConnections = 256;

export interface EndpointDependencies {
  readonly clock: Clock;
  /** `undefined`: none is asked for. */
  readonly token: string | undefined;
  /** The text to insert; empty where there is nothing to offer. */
  readonly complete: (question: FimQuestion, signal: AbortSignal) => Promise<string>;
  /** The model that answers, for clients that show it. */
  readonly model: () => string;
}

export function createEndpoint(dependencies: EndpointDependencies): Server {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    void handle(request, response, dependencies, count);
  });
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;
  server.keepAliveTimeout = idleTimeoutMs;
  server.maxConnections = maxConnections;
  return server;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  dependencies: EndpointDependencies,
  count: number,
): Promise<void> {
  const path = (request.url ?? "").replace(/[?#].*$/s, "").replace(/(?<=.)\/$/, "");
  // Some clients put `/v1` before every path, others before none.
  const form = forms.find((each) => withoutVersion(each.path) === withoutVersion(path));
  const refuse = (status: number, message: string): void => {
    // A client hears nothing while it writes: what is left of its body is read and thrown away.
    request.resume();
    sendJson(response, status, (form ?? openaiForm).refusal(status, message));
  };
  try {
    const refusal = refusalOf(request, dependencies.token, path);
    if (refusal !== undefined) return refuse(...refusal);
    if (request.method === "GET") {
      const body = described(path, dependencies);
      if (body !== undefined) return sendJson(response, 200, body);
    }
    if (form === undefined) return refuse(404, `nothing is served at ${path}; ${served}`);
    if (request.method !== "POST") return refuse(405, `${path} takes POST`);
    await answer(request, response, form, dependencies, count);
  } catch (error) {
    if (error instanceof BadRequest) return refuse(error.status, error.message);
    if (!response.destroyed) refuse(500, "the server failed on this request; its log has more");
  }
}

function withoutVersion(path: string): string {
  return path.replace(/^\/v1(?=\/)/, "");
}

const served = `questions go to ${forms.map(({ path }) => path).join(", ")}`;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  form: WireForm,
  { clock, complete, model }: EndpointDependencies,
  count: number,
): Promise<void> {
  const question = withPathOf(request, form.parse(parseBody(await readBody(request))));
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const offered = question.isWarmUp ? "" : await complete(question, gone.signal);
  if (gone.signal.aborted) return;
  const text = beforeStops(offered, question.stops);
  const createdAt = Math.floor(clock.wallTime() / 1000);
  const facts = { id: `fim-${createdAt}-${count}`, createdAt, model: model() };
  if (!question.isStreamed) return sendJson(response, 200, form.answer(text, facts));
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.end(
    form
      .events(text, facts)
      .map((data) => `data: ${data}\n\n`)
      .join(""),
  );
}

/** Why the request is not served at all: status and message. */
function refusalOf(
  request: IncomingMessage,
  token: string | undefined,
  path: string,
): readonly [status: number, message: string] | undefined {
  const { host = "", origin, authorization = "" } = request.headers;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (!["127.0.0.1", "localhost", "[::1]"].includes(name))
    return [403, "the Host header must name this machine: use http://127.0.0.1"];
  if (origin !== undefined) return [403, "web pages may not ask here"];
  // Its own provider would ask it, and it its provider, without end.
  if (request.headers["user-agent"] === "fim-language-server" && request.method === "POST")
    return [508, "this is fim-language-server itself: set provider.endpoint to a model's server"];
  if (token === undefined || path === "/health") return undefined;
  const sent = /^Bearer (.+)$/i.exec(authorization)?.[1]?.trim() ?? "";
  if (isToken(sent, token)) return undefined;
  return [
    401,
    "a token is missing or wrong: send Authorization: Bearer TOKEN, with the token that fim-language-server serve has named",
  ];
}

function described(path: string, { clock, model }: EndpointDependencies): unknown {
  switch (path) {
    case "/health":
    case "/v1/health":
      return { status: "ok" };
    case "/v1/models":
    case "/models": {
      const created = Math.floor(clock.wallTime() / 1000);
      const entry = { id: model(), object: "model", created, owned_by: "fim-language-server" };
      return { object: "list", data: [entry] };
    }
    case "/props":
      return { model_path: model(), total_slots: 1, default_generation_settings: { n_ctx: 8192 } };
    default:
      return undefined;
  }
}

/** @throws BadRequest for a body that is too large */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = new BadRequest(
    `the body is larger than ${maxBodyBytes / 1024 / 1024} MB: send less text around the cursor`,
    413,
  );
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not by `for await`: leaving it early would cut the connection before the client has heard why.
  await new Promise<void>((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) reject(tooLarge);
      else chunks.push(chunk);
    });
    request.on("end", resolve);
    request.on("error", reject);
    request.on("close", resolve);
  });
  return Buffer.concat(chunks);
}

/** @throws BadRequest for what is not JSON */
function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new BadRequest("the body is not JSON", 400, { cause: error });
  }
}

/** A client that knows the file's path and has no place for it in the body says it in a header. */
function withPathOf(request: IncomingMessage, question: FimQuestion): FimQuestion {
  const header = request.headers["x-fim-path"];
  if (typeof header !== "string" || header === "") return question;
  return { ...question, path: decodePath(header) };
}

function decodePath(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

function beforeStops(text: string, stops: readonly string[]): string {
  const ends = stops.filter((stop) => stop !== "").map((stop) => text.indexOf(stop));
  const found = ends.filter((at) => at >= 0);
  return found.length === 0 ? text : text.slice(0, Math.min(...found));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
