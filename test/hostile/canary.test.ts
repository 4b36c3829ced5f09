/**
 * A key and the text of a secret file, looked for everywhere after the server has met every kind of answer at
 * its most talkative: in what the editor got, logs, files, arguments, children, and at other hosts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Answer } from "../support/fim-answers.ts";
import { json, middle, raw, resetBeforeHeaders, stall, streamOf } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";

/** Neither looks like a secret by its form: nothing but care keeps them in. */
const key = "canarykeyabcdefghijklmnop";
const otherKey = "canaryotherkeyqrstuvwxyz";
const secretText = "canarytextofthesecretfile";

/** Each answers as badly as it can: with what it was sent. */
const answers: Readonly<Record<string, Answer>> = {
  good: middle("fine();"),
  "401 that repeats the key": (exchange) =>
    json(401, { message: `bad key ${String(exchange.headers["authorization"])}` })(exchange),
  "422 that repeats the body": (exchange) =>
    json(422, { detail: [{ loc: ["body"], msg: exchange.body, input: exchange.json }] })(exchange),
  "500 that repeats everything": (exchange) =>
    raw(500, `<html>${JSON.stringify(exchange.headers)} ${exchange.body}</html>`)(exchange),
  "429 with the key in a header": (exchange) =>
    json(429, { error: exchange.headers }, { "retry-after": "0" })(exchange),
  redirect: (exchange) =>
    raw(307, "", { location: `${elsewhere}?k=${String(exchange.headers["authorization"])}` })(
      exchange,
    ),
  "no event stream": (exchange) => streamOf(`data: ${exchange.body} {{\n\n`)(exchange),
  reset: resetBeforeHeaders,
  stall: stall("half"),
  "the key as the suggestion": (exchange) =>
    middle(String(exchange.headers["authorization"]))(exchange),
};

let elsewhere = "";

test.for(["debug", "info", "error"])("at log level %s nothing leaks", async (level) => {
  const folder = mkdtempSync(join(tmpdir(), "fim-canary-"));
  const fim = await startFimServer();
  const other = await startFimServer();
  elsewhere = other.endpoint;
  const childFile = join(folder, "child.json");
  const keyScript = join(folder, "key.cjs");
  writeFileSync(
    keyScript,
    `require("node:fs").writeFileSync(${JSON.stringify(childFile)},
       JSON.stringify({ env: process.env, argv: process.argv }));
     console.log(["canarykey", "abcdefghijklmnop"].join(""));`,
  );
  const client = await startServer({
    kind: "spawned",
    argv: ["--stdio", "--log-file", join(folder, "server.log")],
    environment: { MISTRAL_API_KEY: otherKey, HOME: folder, USERPROFILE: folder },
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      "provider.apiKeyCommand": [process.execPath, keyScript],
      "provider.requestTimeoutMs": 300,
      "provider.firstByteTimeoutMs": 300,
      "log.level": level,
    },
    initializeParams: { trace: "verbose" },
  });
  client.expectErrors();
  const received: unknown[] = [client.initializeResult];
  for (const [name, answer] of Object.entries(answers)) {
    fim.answer = answer;
    received.push(await client.request("workspace/executeCommand", { command: "fim.enable" }));
    received.push(await client.inline(client.open(`const a${name.length} = ‸\n`)));
    const uri = `file:///w/${name.length}.env.local/.env`;
    received.push(await client.inline(client.open(`X=${secretText}‸\n`, { uri })));
    received.push(await client.request("workspace/executeCommand", { command: "fim.status" }));
  }
  const isLinux = process.platform === "linux";
  const argv = isLinux ? readFileSync(`/proc/${client.server.processId}/cmdline`, "utf8") : "";
  received.push(client.takeMessages(), client.logs, client.serverRequests);
  await client.close();

  const written = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "key.cjs")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  // What the provider itself wrote as a suggestion is the one thing that may say it back.
  const shown = JSON.stringify(received).replaceAll(/"insertText":"[^"]*"/g, "");
  const everything = [shown, argv, client.server.errorOutput(), ...written].join("\n");
  for (const canary of [key, otherKey, secretText]) expect(everything).not.toContain(canary);
  const bodies = [...fim.requests, ...fim.lookUps].map(({ body, path }) => path + body).join("\n");
  expect(bodies).not.toMatch(/canary/);
  expect(fim.requests.length).toBeGreaterThan(Object.keys(answers).length / 2);
  for (const { headers } of fim.requests) {
    const { authorization, ...others } = headers;
    expect(authorization).toBe(`Bearer ${key}`);
    expect(JSON.stringify(others)).not.toContain("canary");
  }
  expect([...other.requests, ...other.lookUps]).toEqual([]);
  await fim.close();
  await other.close();
  rmSync(folder, { recursive: true });
});
