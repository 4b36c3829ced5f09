/**
 * JSON over HTTP to one endpoint with one key. The key is bound to the endpoint's origin: it is sent nowhere else,
 * is sent over plain http only to this machine, and appears in no message (invariants 6 and 7).
 */
import { parseBoundedJson } from "./answer-json.ts";
import { createConnectionPool, type HttpResponse } from "./connection-pool.ts";
import { type DeadlineTimes } from "./deadline.ts";
import { maxErrorBodyBytes, type ErrorBody } from "./error-body.ts";
import { wholeText } from "./event-stream.ts";
import { type ProviderDependencies, type ProviderOptions } from "../options.ts";
import { ProviderError } from "../provider.ts";
import { isLoopback } from "./proxy.ts";
import { explainRefusal } from "./refusal.ts";
import { withoutKey } from "./without-key.ts";

export interface ApiClientOptions {
  readonly endpoint: Pick<
    ProviderOptions,
    "endpoint" | "proxy" | "caFile" | "allowsInsecure" | "requestTimeoutMs" | "firstByteTimeoutMs"
  >;
  readonly dependencies: ProviderDependencies;
  /** The header with the key. Default: `authorization: Bearer`. */
  readonly keyHeader?: (key: string) => Readonly<Record<string, string>>;
  /** The provider's own advice for a refusal; `undefined` for the general advice. */
  readonly remedy?: (status: number, body: ErrorBody) => string | undefined;
  /** Called with the headers of every answer. */
  readonly onHeaders?: (header: HttpResponse["header"]) => void;
  /** Called with every refusal before it is thrown, so that a provider learns its limits. */
  readonly onRefusal?: (status: number, body: ErrorBody) => void;
}

export interface ApiCall {
  readonly signal: AbortSignal;
  /** The user is waiting: the first byte may take as long as the whole answer. */
  readonly isPatient: boolean;
  /**
   * Minimum time for the first byte, if the endpoint's own limit is shorter. For a slow server or a model that
   * loads.
   */
  readonly patienceMs?: number;
  /** Document text in the body. No message may repeat it. */
  readonly sent?: readonly string[];
}

export interface ApiClient {
  /** For people: origin and path without credentials. */
  readonly url: string;
  /** Resolves only on success. @throws ProviderError, or the signal's reason once it is aborted */
  post(path: string, body: object, call: ApiCall): Promise<HttpResponse>;
  /** The answer's JSON. @throws as `post` */
  get(path: string, call: ApiCall): Promise<unknown>;
  /** Like `get`, by POST. */
  ask(path: string, body: object, call: ApiCall): Promise<unknown>;
  close(): Promise<void>;
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { endpoint, dependencies } = options;
  const { clock, environment, apiKey } = dependencies;
  const base = parseEndpoint(endpoint.endpoint);
  const { origin } = base;
  const url = origin + base.pathname;
  const { proxy, caFile } = endpoint;
  const pool = createConnectionPool({ origin, proxy, caFile, environment, clock });

  const attempt = async (message: Message, key?: string): Promise<Refused | HttpResponse> => {
    const { method, path, body, call } = message;
    const headers = {
      accept: "application/json, text/event-stream",
      "user-agent": "fim-language-server",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && (options.keyHeader ?? bearer)(key)),
    };
    const request = { method, path: base.pathname + path, headers, ...times(endpoint, call) };
    const content = key === undefined ? body : withoutKey(body, key);
    const withBody =
      body === undefined
        ? request
        : { ...request, body: JSON.stringify({ ...(content as object), ...message.extraFields }) };
    const response = await pool.request(withBody, call.signal);
    options.onHeaders?.(response.header);
    const { status } = response;
    if (status >= 200 && status < 300) return response;
    const text = await wholeText(response.body, maxErrorBodyBytes);
    const sent = [...(call.sent ?? []), ...(key === undefined ? [] : [key])];
    const context = { url, clock, sent, ...(options.remedy && { remedy: options.remedy }) };
    return { ...explainRefusal({ status, header: response.header, body: text }, context), status };
  };

  const exchange = async (message: Message): Promise<HttpResponse> => {
    refuseInsecure(base, endpoint.allowsInsecure);
    message.call.signal.throwIfAborted();
    let result = await attempt(message, await apiKey?.read());
    if ("error" in result && result.status === 401) {
      // Keys from a command may expire while the editor runs.
      const renewed = await apiKey?.renew();
      if (renewed !== undefined) result = await attempt(message, renewed);
    }
    if (!("error" in result)) return result;
    options.onRefusal?.(result.status, result.body);
    throw result.error;
  };

  const readJson = async (response: HttpResponse): Promise<unknown> => {
    const text = await wholeText(response.body);
    try {
      return parseBoundedJson(text);
    } catch {
      throw notJson(url);
    }
  };

  return {
    url,
    post: (path, body, call) =>
      exchange({
        method: "POST",
        path,
        call,
        body,
        extraFields: dependencies.extraFields,
      }),
    get: async (path, call) => readJson(await exchange({ method: "GET", path, call })),
    ask: async (path, body, call) => readJson(await exchange({ method: "POST", path, call, body })),
    close: () => pool.close(),
  };
}

interface Message {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  /** The user's own headers, sent unchanged. */
  readonly extraFields?: ProviderDependencies["extraFields"];
  readonly call: ApiCall;
}

interface Refused {
  readonly status: number;
  readonly error: ProviderError;
  readonly body: ErrorBody;
}

function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` };
}

function times(
  endpoint: ApiClientOptions["endpoint"],
  { isPatient, patienceMs = 0 }: ApiCall,
): DeadlineTimes {
  const { requestTimeoutMs, firstByteTimeoutMs } = endpoint;
  const usualMs = isPatient ? requestTimeoutMs : Math.min(firstByteTimeoutMs, requestTimeoutMs);
  if (patienceMs <= usualMs) return { requestTimeoutMs, firstByteTimeoutMs: usualMs };
  return { requestTimeoutMs: patienceMs + requestTimeoutMs, firstByteTimeoutMs: patienceMs };
}

/** Removes a trailing slash. Anything else that does not belong in a base URL is reported as a mistake. */
function parseEndpoint(endpoint: string): {
  origin: string;
  protocol: string;
  hostname: string;
  pathname: string;
} {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isBase =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === "";
  if (!isBase) {
    throw new ProviderError({
      kind: "rejected",
      isRetryable: false,
      remedy: "Correct provider.endpoint",
      message:
        "provider.endpoint must be a URL such as https://api.mistral.ai/v1, without user, password or query.",
    });
  }
  const { origin, protocol, hostname, pathname } = url;
  return { origin, protocol, hostname, pathname: pathname.replace(/\/+$/, "") };
}

function refuseInsecure(
  base: { protocol: string; hostname: string; origin: string },
  allows: boolean,
): void {
  if (base.protocol === "https:" || allows || isLoopback(base.hostname)) return;
  throw new ProviderError({
    kind: "rejected",
    isRetryable: false,
    remedy: "Use https or set provider.allowInsecure",
    message:
      `${base.origin} would get text and key unencrypted, so nothing is sent. ` +
      "Use https, or allow it by provider.allowInsecure.",
  });
}

/** The cause is left out on purpose: a syntax error quotes the text it failed on, which may be the user's. */
export function notJson(url: string): ProviderError {
  return new ProviderError({
    kind: "malformedStream",
    isRetryable: false,
    remedy: "Check provider.endpoint",
    message: `${url} sent a malformed answer: no JSON of a FIM API. Check provider.endpoint.`,
  });
}
