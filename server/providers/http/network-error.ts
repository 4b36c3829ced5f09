/** Turns a network error into a `ProviderError` with a remedy. The message contains no header and no body. */
import { ProviderError } from "../provider.ts";
import { shownProxy } from "./proxy.ts";

const unreachableCodes = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKS5_CONNECTION",
]);

const certificateCodes = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** `origin` is the target of the request, `proxy` the proxy it used. A `ProviderError` passes through unchanged. */
export function networkError(error: unknown, origin: string, proxy?: string): ProviderError {
  if (error instanceof ProviderError) return error;
  const code = codeOf(error);
  const message = proxy === undefined ? undefined : describeProxy(error, code, { origin, proxy });
  if (message !== undefined)
    return new ProviderError({ kind: "unreachable", isRetryable: true, message }, error);
  return new ProviderError(
    { kind: "unreachable", isRetryable: !isPermanent(code), message: describe(code, origin) },
    error,
  );
}

/** The first `code` in the error, in its causes or, if several addresses were tried, in its parts. */
export function codeOf(error: unknown): string {
  for (let inner: unknown = error, depth = 0; inner instanceof Error && depth < 5; depth++) {
    if ("code" in inner && typeof inner.code === "string" && inner.code !== "UND_ERR") {
      return inner.code;
    }
    inner = inner instanceof AggregateError ? (inner.errors[0] as unknown) : inner.cause;
  }
  return "unknown error";
}

/**
 * Through a proxy, only the proxy itself is resolved and connected to. `undefined`: the failure is beyond the
 * proxy.
 */
function describeProxy(
  error: unknown,
  code: string,
  { origin, proxy }: { readonly origin: string; readonly proxy: string },
): string | undefined {
  const { hostname } = new URL(origin);
  const named = `The proxy ${shownProxy(proxy)}`;
  const status = proxyStatusOf(error);
  switch (status) {
    case undefined:
      return unreachableCodes.has(code)
        ? `${named} cannot be reached (${code}). Check provider.proxy, HTTPS_PROXY and ALL_PROXY.`
        : undefined;
    case 407:
      return `${named} wants a name and a password (407): set provider.proxy to http://NAME:PASSWORD@HOST:PORT.`;
    case 403:
      return `${named} does not let ${hostname} through (403). Allow it there, or exempt it by NO_PROXY.`;
    default:
      return `${named} could not connect to ${hostname} (${status}). Check provider.endpoint.`;
  }
}

/** undici reports it only in words. */
function proxyStatusOf(error: unknown): number | undefined {
  const text = error instanceof Error ? `${error.message} ${String(error.cause)}` : "";
  const status = /Proxy response \((\d{3})\)/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}

function isPermanent(code: string): boolean {
  return certificateCodes.has(code) || code === "ERR_TLS_CERT_ALTNAME_INVALID";
}

function describe(code: string, origin: string): string {
  const { hostname, port } = new URL(origin);
  if (certificateCodes.has(code)) {
    return `Untrusted certificate at ${hostname} (${code}): set provider.caFile or NODE_EXTRA_CA_CERTS.`;
  }
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The certificate at ${origin} belongs to another host. Check provider.endpoint.`;
    case "ECONNREFUSED":
      return `Nothing listens at ${origin} (connection refused). Start the server or change provider.endpoint.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host ${hostname} was not found (${code}). Check the network and provider.endpoint.`;
    case "UND_ERR_CONNECT_TIMEOUT":
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `${origin} cannot be reached (${code}). Check the network and provider.proxy.`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return `${hostname}${port === "" ? "" : `:${port}`} does not speak TLS (${code}). Should provider.endpoint begin with http:?`;
    case "UND_ERR_SOCKET":
    case "ECONNRESET":
    case "EPIPE":
      return `${origin} closed the connection (${code}).`;
    default:
      return `The request to ${origin} failed (${code}).`;
  }
}
