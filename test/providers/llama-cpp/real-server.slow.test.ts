/**
 * The llama.cpp provider against the real program: what no server of ours can show. The program comes from
 * Debian's packages; where it cannot be had, these tests are skipped and say why.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { Aborted } from "../../../server/base/abort.ts";
import type { DocumentSnapshot, Offset } from "../../../server/engine/document.ts";
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import type { FimRequest } from "../../../server/engine/prompt/prompt.ts";
import { completionSite } from "../../../server/engine/site.ts";
import type { WindowState } from "../../../server/engine/prompt/window.ts";
import type { FimProvider } from "../../../server/providers/provider.ts";
import { answerOf, failureOf, makeProvider, requestOf } from "../support.ts";
import { startRealServer, whyNoServer, type RealServer } from "./real-server.ts";

const reason = await whyNoServer();
const forever = new AbortController().signal;

async function llama(server: RealServer): Promise<FimProvider> {
  const provider = await makeProvider({
    name: "llama-cpp",
    endpoint: server.origin,
    model: undefined,
    key: undefined,
    temperature: 0,
  });
  onTestFinished(() => provider.close());
  return provider;
}

const code = Array.from(
  { length: 200 },
  (_value, index) => `  const item${index} = price * ${index};\n`,
).join("");

/** What was sent before, as a session remembers it. */
const windowsOf = new WeakMap<FimProvider, WindowState>();

/** The prompt that the engine builds, in the provider's present shape, with `typed` at the start of a line. */
function requestAt(provider: FimProvider, typed: string, tokenBudget = 400): FimRequest {
  const cut = code.indexOf("item150");
  const text = `${code.slice(0, cut)}${typed}\n${code.slice(cut)}`;
  const document: DocumentSnapshot = {
    uri: "file:///w/a.ts",
    languageId: "typescript",
    version: 1,
    revision: typed.length,
    text,
    anchor: { offset: 0 as Offset, byteOffset: 0 },
  };
  const site = completionSite(document, (cut + typed.length) as Offset);
  const options = {
    shape: provider.shape,
    decision: completionMode(site, { trigger: "automatic", hasJustAccepted: false }),
    tokenBudget,
    prefixShare: 0.7,
    path: "a.ts",
    maxOutputTokens: 8,
  };
  const { prompt, windows } = buildPrompt(site, options, windowsOf.get(provider));
  windowsOf.set(provider, windows);
  return { site, prompt, trigger: "automatic" };
}

describe.skipIf(reason !== undefined)(`a real llama.cpp server ${reason ?? ""}`, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startRealServer({ layers: 2 });
  }, 300_000);
  afterAll(() => server?.close());

  test("streams what the model writes, characters of several tokens whole", async () => {
    const provider = await llama(server);
    server.middle = 'total + "é 😀";\n';
    onTestFinished(() => {
      server.middle = undefined;
    });
    const request = requestOf(
      {},
      { kind: "infill", prefix: "let a = 1;\n", linePrefix: "let b = ", suffix: "\n" },
    );
    expect(await answerOf(provider, request)).toMatchObject({
      text: 'total + "é 😀";\n',
      finishReason: "stop",
    });
  });

  test("the warm-up learns model, context and order", async () => {
    const provider = await llama(server);
    expect(await provider.warmUp(forever)).toEqual({ supportsFim: true, contextLength: 16_384 });
    expect(provider.model).toContain("tiny");
    expect(provider.shape).toMatchObject({
      order: "prefixFirst",
      suffixLimit: 510,
      prefixLimit: 1536,
    });
  });

  test("nothing is cropped silently: what the engine sends is what the model reads", async () => {
    const small = await startRealServer({ args: ["-b", "512", "-ub", "512"] });
    onTestFinished(() => small.close());
    const provider = await llama(small);
    await provider.warmUp(forever);
    // A token of this model is a byte, three times what the estimate expects: the first prompts are too
    // long, which the provider sees in the answer, and asks for less until nothing is lost.
    for (let count = 0; count < 6; count++) {
      const before = provider.shape;
      const request = requestAt(provider, `item = ${count}`, 1500);
      await answerOf(provider, request);
      if (request.prompt.kind !== "infill") throw new Error("not an infill prompt");
      const { prefix, linePrefix, suffix } = request.prompt;
      const seen = readPrompt(small.answers.at(-1) ?? "");
      const isWhole = seen.includes(prefix + linePrefix) && seen.includes(suffix);
      expect(isWhole || provider.shape !== before).toBe(true);
      if (isWhole) return;
    }
    throw new Error("prompts are still cropped");
  });

  test("typing within a line evaluates less than a tenth of the prompt again", async () => {
    const provider = await llama(server);
    await provider.warmUp(forever);
    await answerOf(provider, requestAt(provider, "item = "));
    for (const typed of ["item = pri", "item = price ", "item = price * 15"]) {
      const { usage } = await answerOf(provider, requestAt(provider, typed));
      const total = usage?.promptTokens ?? 0;
      expect(total).toBeGreaterThan(500);
      expect((total - (usage?.cachedTokens ?? 0)) / total).toBeLessThan(0.1);
    }
  });

  test("a request that is aborted while its prompt is read fills the cache for the next one", async () => {
    const provider = await llama(server);
    await provider.warmUp(forever);
    const controller = new AbortController();
    const aborted = answerOf(provider, requestAt(provider, "fresh = "), controller.signal);
    controller.abort(new Aborted("superseded"));
    await expect(aborted).rejects.toBe(controller.signal.reason);
    const { usage } = await answerOf(provider, requestAt(provider, "fresh = 1"));
    const total = usage?.promptTokens ?? 0;
    expect((total - (usage?.cachedTokens ?? 0)) / total).toBeLessThan(0.1);
  });

  test("an aborted stream frees its slot at once", async () => {
    const endless = await startRealServer({ ends: false, layers: 12 });
    onTestFinished(() => endless.close());
    const provider = await llama(endless);
    const long = requestOf(
      { maxOutputTokens: 15_000 },
      { kind: "infill", prefix: "a\n", linePrefix: "b", suffix: "c" },
    );
    for await (const event of provider.complete(long, forever)) {
      expect(event.kind).toBe("text");
      break;
    }
    // With the slot still busy for 15,000 tokens this would run into its deadline.
    const short = requestOf(
      { maxOutputTokens: 4 },
      { kind: "infill", prefix: "a\n", linePrefix: "b", suffix: "c" },
    );
    expect((await answerOf(provider, short)).finishReason).toBe("length");
  });

  test("a server that loads its model is waited for", async () => {
    const loading = await startRealServer({ layers: 40, whileLoading: true });
    onTestFinished(() => loading.close());
    const before = await fetch(`${loading.directOrigin}/health`);
    const provider = await llama(loading);
    const request = requestOf(
      { maxOutputTokens: 2 },
      { kind: "infill", prefix: "a\n", linePrefix: "b", suffix: "c" },
    );
    expect((await answerOf(provider, request)).text).not.toBe("");
    expect(before.status).toBe(503);
  });

  test("a model without FIM tokens is told with the remedy", async () => {
    const chat = await startRealServer({ hasFim: false });
    onTestFinished(() => chat.close());
    const provider = await llama(chat);
    const request = requestOf({}, { kind: "infill", prefix: "a\n", linePrefix: "b", suffix: "c" });
    const failure = await failureOf(provider, request);
    expect(failure.status).toBe(501);
    expect(failure.message).toContain("trained to fill in the middle");
  });

  test("a prompt over the context is told, and the context learnt", async () => {
    const small = await startRealServer({ args: ["-c", "512"] });
    onTestFinished(() => small.close());
    const provider = await llama(small);
    const request = requestOf(
      {},
      { kind: "infill", prefix: code.slice(0, 1000), linePrefix: "b", suffix: "c" },
    );
    expect(await failureOf(provider, request)).toMatchObject({
      status: 400,
      isPromptTooLong: true,
    });
    expect(provider.shape.contextLength).toBe(512);
  });
});

/** The prompt that the server tells in the last event of a stream. */
function readPrompt(stream: string): string {
  const last = stream.trimEnd().split("\n\n").at(-1) ?? "";
  return (JSON.parse(last.replace(/^data: /, "")) as { prompt: string }).prompt;
}
