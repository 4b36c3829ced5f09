/** `fim-language-server serve` as its clients meet it: bytes over HTTP in, bytes out, and what goes upstream. */
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { runInProcess } from "../support/command-line.ts";
import { middle, stall } from "../support/fim-answers.ts";
import type { Exchange } from "../support/fim-server.ts";
import { startEndpoint, type RunningEndpoint } from "./running-endpoint.ts";

let endpoint: RunningEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint.close());
afterEach(() => {
  endpoint.upstream.answer = middle("");
});

/** Places that no other test of this file asks at. */
let places = 0;
function freshLine(): string {
  places += 1;
  return `def place_${places}(first, second):\n    value_${places} = `;
}

const suffix = "\n    return first\n";
const answered = "compute(first, second)";

describe("each wire form", () => {
  test("Mistral's, plain and streamed", async () => {
    endpoint.upstream.answer = middle(answered);
    const body = { model: "codestral-latest", prompt: freshLine(), suffix, max_tokens: 64 };
    const plain = await endpoint.post("/v1/fim/completions", body);
    expect(plain.status).toBe(200);
    expect(await plain.json()).toMatchObject({
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: answered } }],
    });
    const streamed = await endpoint.post("/v1/fim/completions", { ...body, stream: true });
    expect(streamed.headers.get("content-type")).toBe("text/event-stream");
    const events = eventsOf(await streamed.text());
    expect(events.at(-1)).toBe("[DONE]");
    expect(events.slice(0, -1).map((event) => JSON.parse(event) as unknown)).toMatchObject([
      { choices: [{ delta: { content: answered }, finish_reason: null }] },
      { choices: [{ delta: { content: "" }, finish_reason: "stop" }] },
    ]);
  });

  test("OpenAI's with prompt and suffix, plain and streamed", async () => {
    endpoint.upstream.answer = middle(answered);
    const body = { model: "any", prompt: freshLine(), suffix, max_tokens: 64 };
    const plain = await endpoint.post("/v1/completions", body);
    expect(await plain.json()).toMatchObject({
      object: "text_completion",
      choices: [{ text: answered, index: 0, finish_reason: "stop" }],
    });
    const streamed = await endpoint.post("/v1/completions", { ...body, stream: true });
    const [first = ""] = eventsOf(await streamed.text());
    expect(JSON.parse(first)).toMatchObject({ choices: [{ text: answered }] });
  });

  test("OpenAI's with the sentinels of a family: they do not reach the provider", async () => {
    endpoint.upstream.answer = middle(answered);
    const prefix = freshLine();
    const response = await endpoint.post("/v1/completions", {
      prompt: `<|fim_prefix|>${prefix}<|fim_suffix|>${suffix}<|fim_middle|>`,
    });
    expect(await response.json()).toMatchObject({ choices: [{ text: answered }] });
    const sent = lastAsked().json as { prompt: string; suffix: string };
    expect(sent.prompt.endsWith(prefix)).toBe(true);
    expect(sent.suffix).toBe(suffix);
  });

  test("llama.cpp's, with the begun line in prompt, plain and streamed", async () => {
    endpoint.upstream.answer = middle(answered);
    const lines = freshLine().split("\n");
    const body = {
      input_prefix: `${lines[0] ?? ""}\n`,
      prompt: lines[1],
      input_suffix: suffix,
      input_extra: [{ filename: "limits.py", text: "limit = 3\n", time: 1 }],
      n_predict: 64,
    };
    const plain = await endpoint.post("/infill", body);
    expect(await plain.json()).toMatchObject({ content: answered, stop: true });
    const streamed = await endpoint.post("/infill", { ...body, stream: true });
    const events = eventsOf(await streamed.text()).map((event) => JSON.parse(event) as unknown);
    expect(events).toMatchObject([
      { content: answered, stop: false },
      { content: "", stop: true },
    ]);
  });

  test("a client that only warms the cache asks nothing upstream", async () => {
    const before = endpoint.upstream.requests.length;
    const response = await endpoint.post("/infill", {
      input_prefix: freshLine(),
      input_suffix: suffix,
      n_predict: 0,
    });
    expect(await response.json()).toMatchObject({ content: "" });
    expect(endpoint.upstream.requests.length).toBe(before);
  });

  test("the client's stop strings end the answer", async () => {
    endpoint.upstream.answer = middle(answered);
    const response = await endpoint.post("/v1/completions", {
      prompt: freshLine(),
      suffix,
      stop: [", "],
    });
    expect(await response.json()).toMatchObject({ choices: [{ text: "compute(first" }] });
  });

  test("CRLF in, CRLF out", async () => {
    endpoint.upstream.answer = middle("sum(\n        first,\n        second,\n    )");
    const response = await endpoint.post("/v1/completions", {
      prompt: `def total_crlf(first, second):\r\n    `,
      suffix: "\r\n",
    });
    const { choices } = (await response.json()) as { choices: { text: string }[] };
    expect(choices[0]?.text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });
});

test("a client that asks at every key of 100 characters costs at most 8 requests upstream", async () => {
  const line =
    "first = compute_everything(alpha, beta) + gamma_value * delta_value - epsilon_value";
  const typed = `${line}\n    ${line}`.slice(0, 100);
  endpoint.upstream.answer = (exchange) => {
    const { prompt } = exchange.json as { prompt: string };
    const begun = prompt.slice(prompt.lastIndexOf("\n    ") + 5);
    return middle(line.startsWith(begun) ? line.slice(begun.length) : "")(exchange);
  };
  const before = endpoint.upstream.requests.length;
  for (let length = 1; length <= typed.length; length++) {
    const response = await endpoint.post("/v1/completions", {
      prompt: `def typed(alpha, beta):\n    ${typed.slice(0, length)}`,
      suffix,
    });
    expect(response.status).toBe(200);
  }
  expect(endpoint.upstream.requests.length - before).toBeLessThanOrEqual(8);
});

test("the same question three times at once is one request upstream", async () => {
  endpoint.upstream.answer = middle(answered);
  const before = endpoint.upstream.requests.length;
  const body = { prompt: freshLine(), suffix };
  const texts = await Promise.all(
    [1, 2, 3].map(async () => {
      const response = await endpoint.post("/v1/completions", body);
      return ((await response.json()) as { choices: { text: string }[] }).choices[0]?.text;
    }),
  );
  expect(texts).toEqual([answered, answered, answered]);
  expect(endpoint.upstream.requests.length - before).toBe(1);
});

test("a closed socket ends the request upstream", async () => {
  const asked = new Promise<Exchange>((resolve) => {
    endpoint.upstream.answer = (exchange) => {
      resolve(exchange);
      return stall("some")(exchange);
    };
  });
  const gone = new AbortController();
  const response = fetch(`${endpoint.origin}/v1/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${endpoint.token}` },
    body: JSON.stringify({ prompt: freshLine(), suffix }),
    signal: gone.signal,
  });
  const { closed } = await asked;
  gone.abort();
  await expect(response).rejects.toThrow("aborted");
  await closed;
});

describe("what is kept back", () => {
  test("a file that .fimignore lists, by the path that the client names", async () => {
    writeFileSync(join(endpoint.root, ".fimignore"), "private/\n");
    const before = endpoint.upstream.requests.length;
    endpoint.upstream.answer = middle(answered);
    const response = await endpoint.post(
      "/v1/completions",
      { prompt: freshLine(), suffix },
      { "x-fim-path": "private/plan.py" },
    );
    expect(await response.json()).toMatchObject({ choices: [{ text: "" }] });
    expect(endpoint.upstream.requests.length).toBe(before);
  });

  test("what looks like a secret", async () => {
    endpoint.upstream.answer = middle(answered);
    const key = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
    await endpoint.post("/v1/completions", {
      prompt: `GITHUB_TOKEN = "${key}"\n${freshLine()}`,
      suffix,
    });
    expect(lastAsked().body).not.toContain(key);
  });
});

describe("who may ask", () => {
  const body = { prompt: "x = ", suffix: "" };

  test.each(["", "Bearer", "Bearer wrong", "Basic abc"])("not with %j", async (authorization) => {
    const response = await endpoint.post("/v1/completions", body, { authorization });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("Authorization: Bearer TOKEN");
  });

  test("no page of a browser", async () => {
    const response = await endpoint.post("/v1/completions", body, { origin: "http://localhost" });
    expect(response.status).toBe(403);
  });

  test("no name that only resolves to this machine", async () => {
    const [head = ""] = (await raw("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n")).split(
      "\r\n",
    );
    expect(head).toBe("HTTP/1.1 403 Forbidden");
  });

  test("not the server's own provider", async () => {
    const response = await endpoint.post("/v1/fim/completions", body, {
      "user-agent": "fim-language-server",
    });
    expect(response.status).toBe(508);
  });

  test("the token is shown once and kept for this user only", async () => {
    const file = join(endpoint.home, ".local/state/fim-language-server/endpoint-token");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await startEndpoint({ home: endpoint.home });
    try {
      expect(again.output).not.toContain(endpoint.token);
      expect(again.output).toContain(file);
    } finally {
      await again.close();
    }
  });

  test("anyone on this machine about its health, with the token about its model", async () => {
    expect(await (await fetch(`${endpoint.origin}/health`)).json()).toEqual({ status: "ok" });
    const authorization = `Bearer ${endpoint.token}`;
    const models = await fetch(`${endpoint.origin}/v1/models`, { headers: { authorization } });
    expect(await models.json()).toMatchObject({ data: [{ id: "codestral-latest" }] });
    const props = await fetch(`${endpoint.origin}/props`, { headers: { authorization } });
    expect(await props.json()).toMatchObject({ model_path: "codestral-latest" });
  });
});

describe("bad input gets an error in the caller's form", () => {
  const mistral = { object: "error", type: "invalid_request_error" };
  const openai = { error: { type: "invalid_request_error", param: null } };
  const llamaCpp = { error: { code: 400, type: "invalid_request_error" } };

  test.each([
    ["/v1/fim/completions", "{", mistral, "the body is not JSON"],
    ["/v1/fim/completions", { prompt: 5 }, mistral, 'the field \\"prompt\\"'],
    ["/v1/completions", [], openai, "the body"],
    ["/v1/completions", { prompt: "x", stop: 4 }, openai, 'the field \\"stop\\"'],
    ["/v1/completions", { prompt: "<|fim-begin|>x" }, openai, "a model family that is not known"],
    ["/infill", { input_prefix: "x" }, llamaCpp, 'the field \\"input_suffix\\"'],
    ["/infill", { input_prefix: "x", input_suffix: "", input_extra: {} }, llamaCpp, "input_extra"],
  ])("%s %j", async (path, body, form, message) => {
    const response = await endpoint.post(path, body);
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject(form);
    expect(text).toContain(message);
  });

  test("a path where nothing is served: the paths that are", async () => {
    const response = await endpoint.post("/v1/chat/completions", {});
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("/v1/completions, /infill");
  });

  test("100 MB", async () => {
    const response = await endpoint.post("/infill", "x".repeat(9 * 1024 * 1024));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 413 } });
    const head = `POST /infill HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${endpoint.token}\r\n`;
    expect(await raw(`${head}Content-Length: 104857600\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("GET where a question is posted", async () => {
    const headers = { authorization: `Bearer ${endpoint.token}` };
    const response = await fetch(`${endpoint.origin}/v1/completions`, { headers });
    expect(response.status).toBe(405);
  });

  test("two requests in one packet are answered in their order", async () => {
    const get = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n`;
    const last = `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`;
    const answers = (await raw(get("/nope") + last)).match(/HTTP\/1\.1 \d+/g);
    expect(answers).toEqual(["HTTP/1.1 401", "HTTP/1.1 200"]);
  });
});

test("the doctor finds it, and says so when it has ended", async () => {
  const own = await startEndpoint();
  const doctor = () =>
    runInProcess(["doctor"], { workingDirectory: own.root, homeDirectory: own.home });
  try {
    expect((await doctor()).stdout).toContain(`✓ endpoint: ${own.origin} answers`);
  } finally {
    await own.close();
  }
  expect((await doctor()).stdout).toContain(`! endpoint: nothing answers at ${own.origin}`);
});

test("without a provider the workspace model answers from the root's sources", async () => {
  const alone = await startEndpoint({ hasProvider: false });
  try {
    const line = "    total = accumulate_weights(samples, weights)\n";
    const context = `${line}    print(total)\n`.repeat(3);
    const response = await alone.post("/v1/completions", {
      prompt: `def first(samples, weights):\n${context}    total = accumulate_`,
      suffix: "\n",
    });
    expect(await response.json()).toMatchObject({
      choices: [{ text: "weights(samples, weights)" }],
    });
    expect(alone.upstream.requests).toEqual([]);
  } finally {
    await alone.close();
  }
});

function eventsOf(text: string): string[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => match[1] ?? "");
}

function lastAsked(): Exchange {
  const exchange = endpoint.upstream.requests.at(-1);
  if (exchange === undefined) throw new Error("nothing was asked upstream");
  return exchange;
}

/** What comes back for these bytes, until the server closes or has answered. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(endpoint.origin).port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
    if (!bytes.includes("Connection: close")) socket.end();
  });
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}
