/** Ten minutes of a provider that comes and goes, under a typist who never pauses; on a virtual clock. */
import { expect, test } from "vitest";

import { ProviderError } from "../../server/providers/provider.ts";
import { createHarness, offered } from "../session/harness.ts";
import { seededRandom } from "../support/random.ts";

const minutes = 10;
const keyMs = 500;
/** The longest cool-down of the kind, one key, and one answer. */
const probeMs = 30_000 + keyMs + 1000;

test.for([1, 2])("flapping provider, seed %i", async (seed) => {
  const random = seededRandom(seed);
  const outages: { from: number; to: number }[] = [];
  for (let at = 5000; at < minutes * 60_000;) {
    const to = at + 500 + random.below(90_000);
    outages.push({ from: at, to });
    at = to + 500 + random.below(60_000);
  }
  let start = 0;
  const isDown = (at: number): boolean => outages.some(({ from, to }) => at >= from && at < to);
  const harness = await createHarness({
    text: "const a = ‸\n",
    settings: { "trigger.debounceMs": 0 },
    answer: () =>
      isDown(harness.clock.now() - start)
        ? {
            text: "",
            latencyMs: 20,
            error: new ProviderError({ kind: "unavailable", isRetryable: true, message: "down" }),
          }
        : "value;",
  });
  const { clock, session, editor, provider, notices } = harness;
  start = clock.now();
  const answered: number[] = [];
  while (clock.now() - start < minutes * 60_000) {
    session.clearCache();
    editor.edit(10, editor.cursor, `f${Math.floor(clock.now())}(`);
    const asking = editor.ask({ trigger: "automatic" });
    await clock.advance(keyMs);
    if (offered(await asking).startsWith("value")) answered.push(clock.now() - start);
  }

  for (const { from, to } of outages) {
    const tries = provider.seen.map(({ at }) => at - start).filter((at) => at >= from && at < to);
    // Pauses double: 1, 2, 4, 8, 16, 30, 30 s.
    for (let index = 2; index < tries.length; index++) {
      const pause = (tries[index] ?? 0) - (tries[index - 1] ?? 0);
      const before = (tries[index - 1] ?? 0) - (tries[index - 2] ?? 0);
      expect(pause).toBeGreaterThanOrEqual(Math.min(30_000, before * 1.4));
    }
    const next = outages.find((outage) => outage.from >= to);
    if (to > (minutes - 1) * 60_000 || (next !== undefined && next.from - to < probeMs)) continue;
    const recovered = answered.find((at) => at >= to) ?? Number.POSITIVE_INFINITY;
    expect(recovered - to).toBeLessThanOrEqual(probeMs);
  }
  // Once in ten minutes, and that it works again.
  expect(notices.filter(({ severity }) => severity !== "info").length).toBeLessThanOrEqual(2);
  expect(outages.length).toBeGreaterThan(4);
  await harness.close();
});
