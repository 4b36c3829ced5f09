/**
 * A key, the password of a proxy and the text of a secret file, looked for everywhere after the server has met every
 * kind of answer and every fault of the transport at its most talkative: in what the editor got, logs, traces, files,
 * arguments, children, and at other hosts.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { logLevels } from "../../../server/base/log.ts";
import type { Answer } from "../../support/fim-answers.ts";
import {
  json,
  middle,
  raw,
  resetBeforeHeaders,
  stall,
  streamOf,
} from "../../support/fim-answers.ts";
import { startFimServer } from "../../support/fim-server.ts";
import { runInProcess } from "../../support/command-line.ts";
import { trustedCa } from "../faults/fault-server.ts";
import { key, startCanary } from "./canary.ts";
import { canaryCells, leaksUnderFaults } from "./under-faults.ts";

/** Each answers as badly as it can: with what it was sent. */
const answersThatRepeat = (elsewhere: string): Readonly<Record<string, Answer>> => ({
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
});

test.for(logLevels)("at log level %s nothing leaks, whatever is answered", async (level) => {
  const fim = await startFimServer();
  const other = await startFimServer();
  const canary = await startCanary(level, "command", { "provider.endpoint": fim.endpoint });
  const answers = answersThatRepeat(other.endpoint);
  for (const answer of Object.values(answers)) {
    fim.answer = answer;
    await canary.client.request("workspace/executeCommand", { command: "fim.enable" });
    await canary.ask();
  }
  expect(await canary.leaks()).toEqual([]);
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
  canary.remove();
});

describe("faults of the transport", () => {
  const folder = mkdtempSync(join(tmpdir(), "fim-canary-ca-"));
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, trustedCa);
  afterAll(() => rmSync(folder, { recursive: true }));
  const talkative = logLevels.slice(1);

  test.for(talkative.map((level, index) => ({ level, index })))(
    "at log level $level nothing leaks",
    { timeout: 120_000 },
    async ({ level, index }) => {
      const cells = canaryCells.filter((_, at) => at % talkative.length === index);
      const { leaks, reached } = await leaksUnderFaults(cells, level, caFile);
      expect(leaks).toEqual([]);
      expect(reached).toBeGreaterThan(cells.length / 4);
    },
  );
});

test("the command line prints no secret of its settings", async () => {
  const fim = await startFimServer();
  const folder = mkdtempSync(join(tmpdir(), "fim-secrets-"));
  const configFile = join(folder, "config.json");
  const proxy = "http://user:canarypassword@127.0.0.1:9";
  const keyCommand = [process.execPath, "-e", `console.log("${key}")`];
  writeFileSync(
    configFile,
    JSON.stringify({
      "provider.endpoint": fim.endpoint,
      "provider.proxy": proxy,
      "provider.apiKeyCommand": keyCommand,
    }),
  );
  writeFileSync(join(folder, "a.py"), "total = \n");
  const commands = [["config"], ["config", "--json"], ["doctor"], ["doctor", "--json"]];
  for (const command of [...commands, ["complete", "a.py:1:9", "--explain"]]) {
    const { stdout, stderr } = await runInProcess([...command, "--config", configFile], {
      workingDirectory: folder,
      environment: { HTTPS_PROXY: proxy },
    });
    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toMatch(/canary/);
  }
  await fim.close();
  rmSync(folder, { recursive: true });
});
