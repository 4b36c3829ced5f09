/**
 * An editor for tests, in front of the server in this process or of the built one over stdio.
 *
 *   const client = await startServer({ kind: "spawned", environment: {...}, profile: "helix-25.07" });
 *   const place = client.open("let x = ‸;\n");                    // document and cursor, in the fixtures' notation
 *   const answer = await client.inline(place);                    // the raw answer of the protocol
 *   expect(client.accept(place, answer)).toBe("let x = 1;\n");    // the document as an editor would make it
 *   await client.close();
 *
 * `close` ends the server as an editor does and then fails on what nobody looked at: an error answer, a
 * message shown to the user, an error in the log, a request answered twice or never, a wrong exit code.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../../server/base/clock.ts";
import type { ShownState } from "../../server/lsp/client/state-text.ts";
import { environmentVariableOf } from "../../server/settings/environment.ts";
import type { LocalServer } from "../../server/providers/detect.ts";
import type { SettingKey } from "../../server/settings/schema.ts";
import { recordMessages, type RawAnswer } from "./message-recorder.ts";
import { projectRoot } from "./source-files.ts";
import { parseInput } from "./notation.ts";
import { runInBand, spawnBuilt, type ServerProcess } from "./server-process.ts";

export interface StartOptions {
  readonly kind: "inBand" | "spawned";
  /** Nothing of this process's environment is passed on but PATH; HOME is an empty folder. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A script to be spawned instead of the built server. */
  readonly program?: string;
  /** Arguments of the spawned server. Default `--stdio`. */
  readonly argv?: readonly string[];
  /** A file of test/fixtures/clients: its `initialize` parameters are sent. */
  readonly profile?: string;
  /** Merged over those of the profile. */
  readonly initializeParams?: Readonly<Record<string, unknown>>;
  readonly initializationOptions?: unknown;
  /** Settings that the user started the server with, in its environment: a workspace may be open. */
  readonly ownSettings?: Readonly<Record<string, unknown>>;
  /**
   * Answers to `workspace/configuration`, by section; without it the client cannot be asked. `silence`: it
   * can, and does not answer.
   */
  readonly configuration?: Readonly<Record<string, unknown>> | "silence";
  /** What the user chooses when the server asks something; without it the client cannot ask. */
  readonly onQuestion?: (question: Question) => string | undefined | Promise<string | undefined>;
  /** Of the server in this process. */
  readonly clock?: Clock;
  /** Where the server in this process looks for model servers. */
  readonly localServers?: readonly LocalServer[];
  /** False: nothing is sent; the test sends `initialize` itself, or does not. */
  readonly initialize?: boolean;
}

export interface Place {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/** `window/showMessageRequest`. */
export interface Question {
  readonly message: string;
  readonly titles: readonly string[];
}

export interface ShownMessage {
  readonly type: number;
  readonly message: string;
}

export interface SentRequest {
  readonly id: number;
  /** Resolves to the raw answer: `{result}` or `{error}`. */
  readonly answer: Promise<RawAnswer>;
  cancel(): void;
}

export interface LspClient {
  /** The result of `initialize`. */
  readonly initializeResult: Record<string, unknown>;
  readonly server: ServerProcess;
  /** What the server asked of the client, in order: registrations, configuration, progress. */
  readonly serverRequests: readonly { readonly method: string; readonly params: unknown }[];
  readonly logs: readonly ShownMessage[];
  /** Messages of `$/logTrace`. */
  readonly traces: readonly string[];
  /** Each `fim/status`. */
  readonly states: readonly ShownState[];
  /** The result; throws on an error answer. */
  request(method: string, params?: unknown): Promise<unknown>;
  /** For requests that are cancelled, or whose error is wanted. */
  send(method: string, params?: unknown): SentRequest;
  notify(method: string, params?: unknown): void;
  /** Bytes as they are, beside all framing. */
  writeRaw(bytes: string | Buffer): void;
  /** Opens a document with one cursor mark; the URI is new unless one is given. */
  open(marked: string, document?: { uri?: string; languageId?: string; version?: number }): Place;
  /** Replaces the whole text, cursor mark included, as a full-text change. */
  change(place: Place, marked: string): Place;
  inline(place: Place, context?: unknown): Promise<unknown>;
  menu(place: Place, context?: unknown): Promise<unknown>;
  /** Messages shown since the last call. */
  takeMessages(): readonly ShownMessage[];
  /** The next message shown, now or later. */
  nextMessage(): Promise<ShownMessage>;
  /** Resolves when a log line matches. */
  logged(pattern: RegExp): Promise<string>;
  /** From now on, error answers and error logs are expected. */
  expectErrors(): void;
  close(): Promise<void>;
}

/** Starts, initializes and returns the client. */
export async function startServer(options: StartOptions): Promise<LspClient> {
  const environment = { ...options.environment, ...asVariables(options.ownSettings ?? {}) };
  const server =
    options.kind === "inBand"
      ? runInBand(environment, options.clock, options.localServers)
      : spawnBuilt(options.argv ?? ["--stdio"], environment, options.program);
  const client = createLspClient(server, options);
  if (options.initialize !== false) {
    const params = initializeParams(options);
    const result = await client.request("initialize", params);
    Object.assign(client.initializeResult, result);
    client.notify("initialized", {});
  }
  return client;
}

function asVariables(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const variables = Object.entries(settings).map(([key, value]) => [
    environmentVariableOf(key as SettingKey),
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(variables) as Record<string, string>;
}

/** What a client of test/fixtures/clients sends; `{capabilities: {}}` without one. */
export function initializeParams(options: Partial<StartOptions>): Record<string, unknown> {
  const base =
    options.profile === undefined
      ? { processId: null, rootUri: null, capabilities: {} }
      : clientFixture(options.profile);
  const capabilities = base["capabilities"] as Record<string, Record<string, unknown>>;
  const workspace = {
    ...capabilities["workspace"],
    configuration: options.configuration !== undefined,
  };
  const window = {
    ...capabilities["window"],
    showMessage: options.onQuestion === undefined ? undefined : {},
  };
  return {
    ...base,
    // The fixtures' folders do not exist here, and no test wants somebody else's files indexed.
    rootUri: null,
    rootPath: null,
    workspaceFolders: null,
    // It reads the state from `fim.status` itself, and wants no message beside it.
    capabilities: { ...capabilities, workspace, window, experimental: { fimStatus: true } },
    ...(options.initializationOptions === undefined
      ? {}
      : { initializationOptions: options.initializationOptions }),
    ...options.initializeParams,
  };
}

export function clientFixture(name: string): Record<string, unknown> {
  const file = join(projectRoot, "test/fixtures/clients", `${name}.json`);
  const { initializeParams: params } = JSON.parse(readFileSync(file, "utf8")) as {
    initializeParams: Record<string, unknown>;
  };
  return params;
}

function createLspClient(server: ServerProcess, options: StartOptions): LspClient {
  const sent = new Map<number, string>();
  const logs: ShownMessage[] = [];
  const traces: string[] = [];
  const states: ShownState[] = [];
  const serverRequests: { method: string; params: unknown }[] = [];
  let messages: ShownMessage[] = [];
  let wake: (() => void)[] = [];
  let nextId = 1;
  let documentCount = 0;
  const versions = new Map<string, number>();
  let mayFail = false;

  const { connection, answers, waiting, write } = recordMessages(server, (method, params) => {
    const message = params as ShownMessage;
    if (method === "window/showMessage") messages.push(message);
    if (method === "window/logMessage") logs.push(message);
    if (method === "fim/status") states.push(params as ShownState);
    if (method === "$/logTrace") traces.push(message.message);
    for (const resolve of wake.splice(0)) resolve();
  });
  connection.onRequest(async (method, params) => {
    serverRequests.push({ method, params });
    if (method === "window/showMessageRequest") {
      const { message, actions } = params as { message: string; actions: { title: string }[] };
      const titles = actions.map(({ title }) => title);
      const title = await options.onQuestion?.({ message, titles });
      return title === undefined ? null : { title };
    }
    if (method !== "workspace/configuration") return null;
    const { configuration } = options;
    if (configuration === "silence") return new Promise(() => {});
    const { items } = params as unknown as { items: readonly { section?: string }[] };
    return items.map(({ section }) => configuration?.[section ?? ""] ?? null);
  });
  connection.listen();

  async function until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => wake.push(resolve));
    }
  }

  const send: LspClient["send"] = (method, params) => {
    const id = nextId++;
    sent.set(id, method);
    const answer = new Promise<RawAnswer>((resolve) => waiting.set(id, resolve));
    write({ id, method, ...(params === undefined ? {} : { params }) });
    return { id, answer, cancel: () => write({ method: "$/cancelRequest", params: { id } }) };
  };
  const request: LspClient["request"] = async (method, params) => {
    const { result, error } = await send(method, params).answer;
    if (error !== undefined) throw new Error(`${method}: ${error.code} ${error.message}`);
    return result;
  };
  const notify: LspClient["notify"] = (method, params) =>
    write({ method, ...(params === undefined ? {} : { params }) });

  return {
    initializeResult: {},
    server,
    serverRequests,
    logs,
    traces,
    states,
    send,
    request,
    notify,
    writeRaw: (bytes) => void server.input.write(bytes),
    open(marked, document = {}) {
      const { text, offset } = parseInput(marked);
      const uri = document.uri ?? `file:///workspace/document-${++documentCount}.ts`;
      const { languageId = "typescript", version = 1 } = document;
      versions.set(uri, version);
      notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
      return { textDocument: { uri }, position: positionAt(text, offset) };
    },
    change({ textDocument: { uri } }, marked) {
      const { text, offset } = parseInput(marked);
      const version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      notify("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
      return { textDocument: { uri }, position: positionAt(text, offset) };
    },
    inline: (place, context = { triggerKind: 1 }) =>
      request("textDocument/inlineCompletion", { ...place, context }),
    menu: (place, context = { triggerKind: 1 }) =>
      request("textDocument/completion", { ...place, context }),
    takeMessages() {
      const taken = messages;
      messages = [];
      return taken;
    },
    nextMessage: () => until(() => messages.shift()),
    logged: (pattern) => until(() => logs.find(({ message }) => pattern.test(message))?.message),
    expectErrors() {
      mayFail = true;
    },
    async close() {
      if (server.exitCode === undefined) {
        await send("shutdown").answer;
        notify("exit");
      }
      const code = await server.exited;
      const faults = [...sent]
        .map(([id, method]) => ({ id, method, times: answers.get(id)?.length ?? 0 }))
        .filter(({ times }) => times > 1 || (times === 0 && !mayFail))
        .map(({ id, method, times }) => `${method} (${id}) was answered ${times} times`);
      faults.push(...messages.map(({ message }) => `nobody looked at the message: ${message}`));
      if (!mayFail) {
        if (code !== 0) faults.push(`exit code ${code}`);
        for (const answer of [...answers.values()].flat()) {
          if (answer.error !== undefined && answer.error.code !== requestCancelled) {
            faults.push(`error answer ${answer.error.code} ${answer.error.message}`);
          }
        }
        for (const { message } of logs) if (message.startsWith("error: ")) faults.push(message);
        if (server.errorOutput() !== "") faults.push(`stderr: ${server.errorOutput()}`);
      }
      if (faults.length > 0) throw new Error(faults.join("\n"));
    },
  };
}

const requestCancelled = -32800;

/** The LSP position (UTF-16) of an offset. */
export function positionAt(text: string, offset: number): Place["position"] {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r(?!\n)/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
