/** The usage from a suggestion to the page: what the built server counts is what the command prints. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

import { runInProcess } from "../support/command-line.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let fim: FimServer;
beforeEach(async () => {
  fim = await startFimServer();
});
afterEach(() => fim.close());

function environmentIn(home: string, others: Readonly<Record<string, string>> = {}) {
  return {
    HOME: home,
    USERPROFILE: home,
    MISTRAL_API_KEY: "key-for-tests",
    FIM_PROVIDER_ENDPOINT: fim.endpoint,
    ...others,
  };
}

test("shown, accepted in part and in whole, tokens and cost", async () => {
  const home = temporaryFolder("fim-usage-home-");
  const client = await startServer({ kind: "spawned", environment: environmentIn(home) });
  fim.answer = middle("compute(first, second);", {
    usage: { prompt_tokens: 1000, completion_tokens: 100 },
  });
  const place = client.open("const value = ‸\n");
  await client.inline(place);
  // The editor inserts a word of it, then the rest.
  client.change(place, "const value = compute‸\n");
  client.change(place, "const value = compute(first, second);‸\n");
  await client.request("workspace/executeCommand", { command: "fim.status" });
  await client.close();

  const { status, stdout } = await runInProcess(["usage"], { homeDirectory: home });
  expect(status).toBe(0);
  const [head = "", day = ""] = stdout.split("\n");
  const cells = Object.fromEntries(
    head.split(/ {2,}/).map((name, at) => [name, day.trim().split(/ {2,}/)[at]]),
  );
  expect(cells).toMatchObject({
    requests: "1",
    "tokens in": "1000",
    out: "100",
    shown: "1",
    whole: "1",
    part: "1",
    chars: "23",
    cost: "$0.0004",
  });
  expect(stdout).toMatch(/^typescript +1 /m);
  expect(stdout).toMatch(/^mistral codestral-latest +1 /m);
});

test("fim.usage opens a page of its own for this user, or says where it is", async () => {
  const home = temporaryFolder("fim-usage-home-");
  const client = await startServer({ kind: "spawned", environment: environmentIn(home) });
  fim.answer = middle("compute(first, second);");
  await client.inline(client.open("const value = ‸\n"));
  const { file } = (await client.request("workspace/executeCommand", {
    command: "fim.usage",
  })) as { file: string };
  const [asked] = client.serverRequests.filter(({ method }) => method === "window/showDocument");
  expect(asked?.params).toEqual({ external: true, uri: pathToFileURL(file).href });
  expect(client.takeMessages().map(({ message }) => message)).toEqual([`usage: open ${file}`]);
  const page = readFileSync(file, "utf8");
  expect(page).toContain("<th>typescript</th><td>1</td>");
  expect(page).toContain("<th>mistral codestral-latest</th>");
  await client.close();
});

test("nothing is written while usage.record is off", async () => {
  const home = temporaryFolder("fim-usage-home-");
  const environment = environmentIn(home, { FIM_USAGE_RECORD: "false" });
  const client = await startServer({ kind: "spawned", environment });
  fim.answer = middle("compute(first, second);");
  await client.inline(client.open("const value = ‸\n"));
  await client.close();
  const { status, stderr } = await runInProcess(["usage"], { homeDirectory: home });
  expect(status).toBe(1);
  expect(stderr).toContain("nothing has been recorded");
});
