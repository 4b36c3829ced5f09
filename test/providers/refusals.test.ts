/** Every error body seen in the wild, as the user gets to know it: kind, remedy, nothing that was sent. */
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";

import type { FimProvider, ProviderError } from "../../server/providers/provider.ts";
import { json, raw, streamOf, type Answer } from "../support/fim-answers.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import { caFileOf, failureOf, makeProvider, nativeRequest, testKey } from "./support.ts";

const secretText = "const password = 'correct horse battery staple';";
const clock = createFakeClock(Date.UTC(2026, 0, 1, 12, 0, 0));
let server: FimServer;
let provider: FimProvider;

beforeAll(async () => {
  server = await startFimServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  provider = await makeProvider({ endpoint: server.endpoint, clock });
  return () => provider.close();
});

async function refusal(answer: Answer): Promise<ProviderError> {
  server.answer = answer;
  return failureOf(provider, nativeRequest({ prefix: secretText }));
}

interface Case {
  readonly name: string;
  readonly answer: Answer;
  readonly kind: ProviderError["kind"];
  readonly isRetryable: boolean;
  /** Parts of the message. */
  readonly says: readonly string[];
}

const validationIssue = {
  type: "extra_forbidden",
  loc: ["body", "n"],
  msg: "Extra inputs are not permitted",
  input: secretText,
};
const html =
  "<!doctype html><html><head><title>502 Bad Gateway</title></head><body>x</body></html>";

const cases: readonly Case[] = [
  {
    name: "400 with a model that does not exist",
    answer: json(400, {
      object: "error",
      message: "Invalid model: x",
      type: "invalid_model",
      param: null,
      code: "1500",
    }),
    kind: "rejected",
    isRetryable: false,
    says: ["answered 400: Invalid model: x.", "provider.model"],
  },
  {
    name: "401 of the API",
    answer: json(401, { detail: "Unauthorized" }),
    kind: "unauthorized",
    isRetryable: false,
    says: ["401: Unauthorized.", "key"],
  },
  {
    name: "401 of the gateway",
    answer: json(401, { message: "Unauthorized", request_id: "1" }),
    kind: "unauthorized",
    isRetryable: false,
    says: ["401: Unauthorized.", "key"],
  },
  {
    name: "403",
    answer: json(403, { message: "This model is not available on your tier" }),
    kind: "unauthorized",
    isRetryable: false,
    says: ["403: This model is not available on your tier.", "provider.model"],
  },
  {
    name: "404 without a body",
    answer: raw(404, ""),
    kind: "rejected",
    isRetryable: false,
    says: ["answered 404. Check provider.endpoint"],
  },
  {
    name: "422 as a list",
    answer: json(422, { detail: [validationIssue] }),
    kind: "rejected",
    isRetryable: false,
    says: ["422: body.n: Extra inputs are not permitted."],
  },
  {
    name: "422 with the list in the message",
    answer: json(422, {
      object: "error",
      message: { detail: [validationIssue] },
      type: "invalid_request_error",
      param: null,
      code: null,
    }),
    kind: "rejected",
    isRetryable: false,
    says: ["422: body.n: Extra inputs are not permitted."],
  },
  {
    name: "422 with lists in both places",
    answer: json(422, {
      object: "Error",
      detail: [validationIssue],
      message: [validationIssue],
      code: 3001,
    }),
    kind: "rejected",
    isRetryable: false,
    says: ["422: body.n: Extra inputs are not permitted."],
  },
  {
    name: "422 with JSON in a text",
    answer: json(422, { object: "error", message: JSON.stringify({ detail: [validationIssue] }) }),
    kind: "rejected",
    isRetryable: false,
    says: ["422: body.n: Extra inputs are not permitted."],
  },
  {
    name: "429 of the gateway",
    answer: json(429, { message: "Requests rate limit exceeded" }),
    kind: "rateLimited",
    isRetryable: true,
    says: ["429: Requests rate limit exceeded."],
  },
  {
    name: "429 of the service tier",
    answer: json(429, {
      object: "error",
      message: "Service tier capacity exceeded for this model.",
      type: "service_tier_capacity_exceeded",
      param: null,
      code: "3505",
    }),
    kind: "rateLimited",
    isRetryable: true,
    says: ["429: Service tier capacity exceeded for this model."],
  },
  {
    name: "500 with JSON",
    answer: json(500, { object: "error", message: "Internal server error", type: "server_error" }),
    kind: "unavailable",
    isRetryable: true,
    says: ["500: Internal server error."],
  },
  {
    name: "502 with a page of the edge",
    answer: raw(502, html, { "content-type": "text/html" }),
    kind: "unavailable",
    isRetryable: true,
    says: ["502: 502 Bad Gateway."],
  },
  {
    name: "503 with nothing",
    answer: raw(503, ""),
    kind: "unavailable",
    isRetryable: true,
    says: ["answered 503. The service is in trouble"],
  },
  {
    name: "503 with plain text",
    answer: raw(503, "no healthy upstream", { "content-type": "text/plain" }),
    kind: "unavailable",
    isRetryable: true,
    says: ["503: no healthy upstream."],
  },
  {
    name: "a redirect",
    answer: raw(302, "", { location: "https://elsewhere.example/login?token=x" }),
    kind: "rejected",
    isRetryable: false,
    says: ["answered 302. Redirects are not followed", "https://elsewhere.example)"],
  },
  {
    name: "an error inside a stream",
    answer: streamOf(
      'data: {"choices":[{"delta":{"content":"x"}}]}\n\n',
      'data: {"object":"error","message":"Internal error","type":"server_error"}\n\n',
    ),
    kind: "unavailable",
    isRetryable: true,
    says: ["broke off its answer: Internal error"],
  },
  {
    name: "broken JSON inside an event",
    answer: streamOf('data: {"choices":[{"delta":{"content":"x"\n\n'),
    kind: "malformedStream",
    isRetryable: false,
    says: ["no JSON of a FIM API"],
  },
  {
    name: "another API's JSON",
    answer: json(200, { items: [] }),
    kind: "malformedStream",
    isRetryable: false,
    says: ["no FIM answer"],
  },
  {
    name: "a page under 200",
    answer: raw(200, html, { "content-type": "text/html" }),
    kind: "malformedStream",
    isRetryable: false,
    says: ["no JSON of a FIM API", "provider.endpoint"],
  },
];

test.each(cases)("$name", async ({ answer, kind, isRetryable, says }) => {
  const failure = await refusal(answer);
  expect(failure).toMatchObject({ kind, isRetryable });
  expect(failure.message).toContain(server.endpoint.slice(0, 20));
  for (const part of says) expect(failure.message).toContain(part);
  expect(failure.message).not.toContain("correct horse");
  expect(failure.message).not.toContain("token=x");
});

test("a message that repeats what was sent is withheld", async () => {
  for (const echo of [`Bad prompt: ${secretText}`, `Bad key: ${testKey}`]) {
    const failure = await refusal(json(400, { message: echo }));
    expect(failure.message).not.toContain("correct horse");
    expect(failure.message).not.toContain(testKey);
    expect(failure.message).toContain("is not shown");
  }
});

test("a long message is cut, a huge body is not read", async () => {
  const failure = await refusal(json(500, { message: "x".repeat(1_000_000) }));
  expect(failure.message.length).toBeLessThan(600);
});

const minute = "x-ratelimit-remaining-req-minute";
test.each([
  ["seconds", { "retry-after": "7" }, 7000],
  ["a date", { "retry-after": "Thu, 01 Jan 2026 12:00:30 GMT", date: "" }, 30_000],
  ["a date in the past", { "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT", date: "" }, 0],
  [
    "a date by a clock that is three hours ahead of this one",
    { "retry-after": "Thu, 01 Jan 2026 15:00:30 GMT", date: "Thu, 01 Jan 2026 15:00:00 GMT" },
    30_000,
  ],
  ["an absurd time", { "retry-after": "99999999" }, 86_400_000],
  ["a month that is used up", { "x-ratelimit-remaining-tokens-month": "0" }, 3_600_000],
  ["a minute that is used up", { [minute]: "0" }, 60_000],
  ["the older header", { "ratelimitbysize-reset": "12" }, 12_000],
  ["nothing", { [minute]: "5" }, undefined],
  ["nonsense", { "retry-after": "soon" }, undefined],
])("429 with %s", async (_name, headers, retryAfterMs) => {
  const failure = await refusal(json(429, { message: "slow down" }, headers));
  expect(failure.retryAfterMs).toBe(retryAfterMs);
});

test.each([
  ["codestral.mistral.ai", "api.mistral.ai"],
  ["api.mistral.ai", "codestral.mistral.ai"],
])("401 at %s names the other host", async (host, other) => {
  const tlsServer = await startFimServer({ protocol: "h2", certificateNames: [host] });
  onTestFinished(() => tlsServer.close());
  const proxy = await startForwardProxy(new URL(tlsServer.origin));
  onTestFinished(() => proxy.close());
  tlsServer.answer = json(401, { detail: "Unauthorized" });
  const mistral = await makeProvider({
    endpoint: `https://${host}/v1`,
    proxy: proxy.url,
    caFile: await caFileOf(tlsServer),
  });
  onTestFinished(() => mistral.close());
  const { message } = await failureOf(mistral);
  expect(message).toContain(`https://${host}/v1 answered 401`);
  expect(message).toContain(`one for https://${other}/v1`);
  expect(proxy.tunnels).toEqual([`${host}:443`]);
});

test("the message has the server's own words, then general advice", async () => {
  const words = "llama runner process has terminated: cudaMalloc failed: out of memory";
  const error = await refusal(
    json(500, { error: `${words}, while it loaded the model for a request` }),
  );
  expect(error.message).toContain(`${words}, while it loaded the model for a request`);
  expect(error.message).toContain("automatic requests pause");
});
