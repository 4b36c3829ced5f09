/** The key that the server was given is never in a prompt: in no form of document, whole or cut, masked or not. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";

const key = ["q7Gv2LbXz9", "RtKp4WmNd8", "YsHc3JfUe6"].join("");
let fim: FimServer;

beforeAll(async () => {
  fim = await startFimServer();
  fim.answer = middle("good;");
});

afterAll(() => fim.close());

/** No eight characters of it in a row. */
function leaks(body: string): boolean {
  const starts = Array.from({ length: key.length - 7 }, (_, start) => key.slice(start, start + 8));
  return starts.some((part) => body.includes(part));
}

const documents: Readonly<Record<string, string>> = {
  "unnamed in a string": `call("${key}");\nuse(‸\n`,
  "in a comment": `// ${key}\nuse(‸\n`,
  "below the cursor": `use(‸\n\nconst other = "${key}";\n`,
  "cut by the cursor": `call("${key.slice(0, 15)}‸${key.slice(15)}");\n`,
  "twice and joined": `${key}${key}\nuse(‸\n`,
  "cut by the window": `${key.slice(9)}\n${"x = 1;\n".repeat(200)}use(‸\n`,
  "beside its own name": `MISTRAL_API_KEY=${key}\nuse(‸\n`,
};

test.each(
  Object.entries(documents).flatMap(([name, text]) =>
    [true, false].map((masks) => ({ name, text, masks })),
  ),
)("$name, masking $masks", async ({ text, masks }) => {
  const client = await startServer({
    kind: "inBand",
    environment: { MISTRAL_API_KEY: key },
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      "workspaceModel.role": "off",
      "prompt.maskSecrets": masks,
    },
  });
  const asked = fim.requests.length;
  await client.inline(client.open(text));
  const bodies = fim.requests.slice(asked).map(({ json }) => JSON.stringify(json));
  expect(bodies).toHaveLength(1);
  expect(bodies.filter(leaks)).toEqual([]);
  // The rest is sent as it is.
  expect(bodies[0]).toMatch(/use\(|call\(/);
  await client.close();
});

test("a key that is a word of eight letters or fewer takes nothing out of the text", async () => {
  const client = await startServer({
    kind: "inBand",
    environment: { MISTRAL_API_KEY: "ollama" },
    initializationOptions: { "provider.endpoint": fim.endpoint, "workspaceModel.role": "off" },
  });
  const asked = fim.requests.length;
  await client.inline(client.open("start(ollama);\nuse(‸\n"));
  expect(JSON.stringify(fim.requests[asked]?.json)).toContain("start(ollama)");
  await client.close();
});
