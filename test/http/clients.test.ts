/** Requests as editors' own clients write them, and the samples that tell those clients where to ask. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { middle } from "../support/fim-answers.ts";
import { projectRoot } from "../support/source-files.ts";
import { startEndpoint, type RunningEndpoint } from "./running-endpoint.ts";

interface RecordedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const folder = join(projectRoot, "test/fixtures/endpoint");
const recorded = readdirSync(folder).filter((name) => name.endsWith(".json"));

let endpoint: RunningEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint();
});
afterAll(() => endpoint.close());

test.each(recorded)(
  "%s is answered with the text to insert, and the provider sees the file alone",
  async (name) => {
    // Each client has a server that has not heard the same question from another one.
    const own = await startEndpoint();
    try {
      own.upstream.answer = middle("sum(weights)");
      const { path, headers, body } = JSON.parse(
        readFileSync(join(folder, name), "utf8"),
      ) as RecordedRequest;
      const authorization = `Bearer ${own.token}`;
      const response = await own.post(path, body, { ...headers, authorization });
      expect(response.status).toBe(200);
      expect(insertedText(await response.text())).toBe("sum(weights)");
      const sent = own.upstream.requests.at(-1)?.json as { prompt: string; suffix: string };
      expect(sent.prompt).toMatch(/def total_weight\(samples, weights\):\n {4}total = $/);
      expect(sent.prompt).not.toMatch(/fim_prefix|indentation: use/);
      expect(sent.suffix).toMatch(/^\n {4}return total\n/);
    } finally {
      await own.close();
    }
  },
);

describe("the samples", () => {
  test.each([
    ["zed/edit-prediction.json", "/v1/completions"],
    ["vim/llama.vim", "/infill"],
    ["neovim/minuet.lua", "/v1/completions"],
  ])("%s names a path that is served at the usual port", async (name, path) => {
    const sample = readFileSync(join(projectRoot, "client-configs", name), "utf8");
    expect(sample).toContain(`http://127.0.0.1:8787${path}`);
    const response = await endpoint.post(path, {});
    expect(response.status).toBe(400);
  });
});

/** Of one JSON object or of events, whatever the form. */
function insertedText(answer: string): string {
  const payloads = answer.startsWith("data: ")
    ? [...answer.matchAll(/^data: (\{.*)$/gm)].map((match) => match[1] ?? "")
    : [answer];
  return payloads
    .map((payload) => JSON.parse(payload) as Payload)
    .map(
      ({ content, choices: [choice] = [] }) =>
        content ?? choice?.text ?? choice?.delta?.content ?? choice?.message?.content ?? "",
    )
    .join("");
}

interface Payload {
  readonly content?: string;
  readonly choices?: readonly {
    readonly text?: string;
    readonly delta?: { readonly content?: string };
    readonly message?: { readonly content?: string };
  }[];
}
