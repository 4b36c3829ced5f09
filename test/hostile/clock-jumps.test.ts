/**
 * Clocks that jump: the wall clock by hours either way (daylight saving, a time server), and time itself by a
 * night, as after a sleep of the machine. Nothing that waits may wait the longer for it, or fail.
 */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { ProviderError } from "../../server/providers/provider.ts";
import { createHarness, offered } from "../session/harness.ts";
import { json, middle, silence } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";
import { projectRoot } from "../support/source-files.ts";

const nightMs = 8 * 3_600_000;

test("a night between two keys", async () => {
  const { clock, editor, provider, notices, close } = await createHarness({
    text: "const a = ‸\n",
    answer: () => "value;",
  });
  expect(offered(await clock.until(editor.ask({ trigger: "invoked" })))).toBe("value;");
  await clock.jump(nightMs);
  editor.type("v");
  expect(offered(await clock.until(editor.ask()))).toBe("alue;");
  editor.edit(0, editor.text.length, "\nlet b = \n");
  editor.moveTo(9);
  expect(offered(await clock.until(editor.ask()))).toBe("value;");
  expect(provider.seen).toHaveLength(2);
  expect(notices).toEqual([]);
  await close();
  expect(clock.pendingTimers).toBe(0);
});

test("a night while an answer is on its way", async () => {
  const { clock, editor, notices, close } = await createHarness({
    text: "const a = ‸\n",
    answer: () => "value;",
  });
  const asking = editor.ask({ trigger: "invoked" });
  await clock.jump(nightMs);
  expect(offered(await clock.until(asking))).toBe("value;");
  // What the night took is no measure of the provider: the next key waits no longer than it would.
  editor.edit(0, editor.text.length, "\nlet b = \n");
  editor.moveTo(9);
  const startedAt = clock.now();
  expect(offered(await clock.until(editor.ask()))).toBe("value;");
  expect(clock.now() - startedAt).toBeLessThan(2000);
  expect(notices).toEqual([]);
  await close();
});

test.for([
  ["forth", nightMs],
  ["back", -nightMs],
] as const)("the wall clock moved %s: a cool-down ends in its time", async ([, ms]) => {
  let isDown = true;
  const { clock, session, editor, provider, close } = await createHarness({
    text: "const a = ‸\n",
    settings: { "trigger.debounceMs": 0 },
    answer: () => {
      if (!isDown) return "value;";
      const failure = { kind: "unavailable", isRetryable: true, message: "down" } as const;
      return { text: "", latencyMs: 20, error: new ProviderError(failure) };
    },
  });
  await clock.until(editor.ask());
  expect(session.status().provider?.state.kind).toBe("coolingDown");
  clock.moveWall(ms);
  isDown = false;
  expect(offered(await clock.until(editor.ask()))).toBe("skipped: coolingDown");
  await clock.advance(1000);
  expect(offered(await clock.until(editor.ask()))).toBe("value;");
  expect(provider.seen).toHaveLength(2);
  await close();
});

test("a cool-down is over after a night", async () => {
  const { clock, editor, close } = await createHarness({
    text: "const a = ‸\n",
    settings: { "trigger.debounceMs": 0 },
    answer: (_, index) => {
      if (index > 0) return "value;";
      const failure = { kind: "rateLimited", isRetryable: true, message: "no" } as const;
      const error = new ProviderError({ ...failure, retryAfterMs: 60_000 });
      return { text: "", latencyMs: 20, error };
    },
  });
  await clock.until(editor.ask());
  await clock.jump(nightMs);
  expect(offered(await clock.until(editor.ask()))).toBe("value;");
  await close();
});

test("a wall clock that jumps with every look at it changes nothing in the built server", async () => {
  const fim = await startFimServer();
  onTestFinished(() => fim.close());
  const shiftingDate = join(projectRoot, "test/hostile/shifting-date.cjs");
  const client = await startServer({
    kind: "spawned",
    environment: {
      MISTRAL_API_KEY: "clock-key-0123456789",
      NODE_OPTIONS: `--require ${JSON.stringify(shiftingDate)}`,
    },
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      "provider.requestTimeoutMs": 400,
      "provider.firstByteTimeoutMs": 400,
      "trigger.speculation": "off",
    },
  });
  const isOffered = (text: string) => ({ items: [{ insertText: text }] });
  fim.answer = middle("one;");
  expect(await client.inline(client.open("const a = ‸\n"))).toMatchObject(isOffered("one;"));
  // A deadline passes in its time.
  fim.answerNext(silence);
  expect(await client.inline(client.open("const b = ‸\n"))).toMatchObject({ items: [] });
  // A cool-down of a second ends.
  fim.answerNext(json(503, { message: "down" }));
  await client.inline(client.open("const c = ‸\n"), { triggerKind: 2 });
  expect(await client.nextMessage()).toMatchObject({ type: 3 });
  const place = client.open("const d = ‸\n");
  const again = async (): Promise<unknown> => client.inline(place, { triggerKind: 2 });
  await expect.poll(again, { timeout: 10_000 }).toMatchObject(isOffered("one;"));
  expect(await client.nextMessage()).toMatchObject({ type: 3 });
  await client.close();
});
