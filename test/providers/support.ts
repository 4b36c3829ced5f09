/** What the provider tests share: options for a loopback server, a question, and a reader of the answer. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import type { Clock } from "../../server/base/clock.ts";
import { systemClock } from "../../server/base/clock.ts";
import { silentLog } from "../../server/base/log.ts";
import type { DocumentSnapshot, Offset, TokenCount } from "../../server/engine/document.ts";
import type {
  FimPrompt,
  FimRequest,
  PromptCommon,
  Trigger,
} from "../../server/engine/prompt/prompt.ts";
import { completionSite } from "../../server/engine/site.ts";
import type { HttpResponse } from "../../server/providers/http/connection-pool.ts";
import { createProvider, type ProviderName } from "../../server/providers/index.ts";
import type { ApiKey, ProviderOptions } from "../../server/providers/options.ts";
import {
  ProviderError,
  type FimEvent,
  type FimProvider,
  type FinishReason,
  type TokenUsage,
} from "../../server/providers/provider.ts";

export const testKey = "test-key-0123456789";

export interface TestProvider extends Partial<Omit<ProviderOptions, "endpoint">> {
  /** Default: mistral. */
  readonly name?: ProviderName;
  readonly endpoint: string;
  readonly key?: string | ApiKey | undefined;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string>>;
}

export function providerOptions({
  key: _key,
  clock: _clock,
  environment: _environment,
  name: _name,
  ...overrides
}: TestProvider): ProviderOptions {
  return {
    model: "codestral-latest",
    isStreamed: true,
    usesPromptCacheKey: false,
    firstByteTimeoutMs: 10_000,
    requestTimeoutMs: 20_000,
    allowsInsecure: false,
    ...overrides,
  };
}

export function makeProvider(settings: TestProvider): Promise<FimProvider> {
  const { key = testKey, clock = systemClock, environment = {} } = settings;
  const apiKey: ApiKey =
    typeof key === "string" ? { read: async () => key, renew: async () => undefined } : key;
  const dependencies = { clock, environment, log: silentLog };
  return createProvider(
    settings.name ?? "mistral",
    providerOptions(settings),
    "key" in settings && settings.key === undefined ? dependencies : { ...dependencies, apiKey },
  );
}

export interface Question {
  readonly prefix?: string;
  readonly suffix?: string;
  readonly uri?: string;
  readonly stops?: readonly string[];
  readonly maxOutputTokens?: number;
  readonly estimatedTokens?: number;
  readonly trigger?: Trigger;
}

/** A question with a `native` prompt. */
export function nativeRequest(question: Question = {}): FimRequest {
  const { prefix = "const a = ", suffix = ";\n" } = question;
  return requestOf(question, { kind: "native", prompt: prefix, suffix });
}

type PromptFields<Prompt = FimPrompt> = Prompt extends FimPrompt
  ? Omit<Prompt, keyof PromptCommon>
  : never;

export function requestOf(question: Question, fields: PromptFields): FimRequest {
  const { prefix = "const a = ", suffix = ";\n", uri = "file:///a.ts" } = question;
  const document: DocumentSnapshot = {
    uri,
    languageId: "typescript",
    version: 1,
    revision: 1,
    text: prefix + suffix,
    anchor: { offset: 0 as Offset, byteOffset: 0 },
  };
  const prompt = {
    mode: "multiLine",
    modeReason: "test",
    mayPromote: false,
    stops: question.stops ?? [],
    maxOutputTokens: (question.maxOutputTokens ?? 64) as TokenCount,
    estimatedTokens: (question.estimatedTokens ?? 20) as TokenCount,
    snippets: [],
    maskedSecrets: 0,
    prefixBytes: { start: 0, end: Buffer.byteLength(prefix) },
    suffixBytes: { start: 0, end: Buffer.byteLength(suffix) },
    ...fields,
  } as FimPrompt;
  const site = completionSite(document, prefix.length as Offset);
  return { site, prompt, trigger: question.trigger ?? "automatic" };
}

export interface Answered {
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: TokenUsage | undefined;
  /** The text events as they came. */
  readonly pieces: readonly string[];
}

export async function answerOf(
  provider: FimProvider,
  request: FimRequest = nativeRequest(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Answered> {
  const events: FimEvent[] = [];
  for await (const event of provider.complete(request, signal)) events.push(event);
  const pieces = events.flatMap((event) => (event.kind === "text" ? [event.text] : []));
  const ends = events.filter((event) => event.kind === "end");
  const [end] = ends;
  if (end === undefined || ends.length > 1 || events.at(-1) !== end) {
    throw new Error("a stream ends by exactly one end event");
  }
  return { text: pieces.join(""), pieces, finishReason: end.finishReason, usage: end.usage };
}

/** The `ProviderError` that `complete` throws; anything else is passed on as a failure of the test. */
export async function failureOf(
  provider: FimProvider,
  request: FimRequest = nativeRequest(),
): Promise<ProviderError> {
  try {
    await answerOf(provider, request);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error("the provider was expected to fail");
}

/** The server's certificate in a file, for `provider.caFile`, until the test ends. */
export async function caFileOf(server: { readonly ca: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fim-ca-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "ca.pem");
  await writeFile(file, server.ca);
  return file;
}

/** An answer whose body comes in pieces of `sizes` bytes, over and over. */
export function bodyInPieces(bytes: Uint8Array, sizes: readonly number[]): HttpResponse {
  async function* body(): AsyncGenerator<Uint8Array> {
    let start = 0;
    for (let index = 0; start < bytes.length; index++) {
      const size = sizes[index % sizes.length] ?? 1;
      yield bytes.subarray(start, start + size);
      start += size;
    }
  }
  return { status: 200, header: () => undefined, body: body(), expectEnd: () => {} };
}
