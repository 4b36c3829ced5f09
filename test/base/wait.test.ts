/** Waiting ends at the right moment, and leaves neither a timer nor a listener behind. */
import { getEventListeners } from "node:events";

import { describe, expect, test } from "vitest";

import { abortable, sleep, within } from "../../server/base/wait.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** What `promise` has become by now; "waiting" when it has not ended. */
async function now(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([
    promise.catch((error: unknown) => `failed: ${String(error)}`),
    new Promise((resolve) => setImmediate(() => resolve("waiting"))),
  ]);
}

describe("sleep", () => {
  test("ends after its time", async () => {
    const clock = createFakeClock();
    const slept = sleep(clock, 100);
    await clock.advance(99);
    expect(await now(slept)).toBe("waiting");
    await clock.advance(1);
    expect(await now(slept)).toBeUndefined();
  });

  test("ends when it is cut short", async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const slept = sleep(clock, 100, controller.signal);
    expect(await now(slept)).toBe("waiting");
    controller.abort();
    expect(await now(slept)).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test.each([0, -1])("of %d ms takes no time", async (ms) => {
    expect(await now(sleep(createFakeClock(), ms))).toBeUndefined();
  });
});

describe("within a time", () => {
  test("says whether it was enough", async () => {
    const clock = createFakeClock();
    const never = new Promise(() => {});
    const late = within(clock, 100, never);
    expect(await within(clock, 100, Promise.resolve())).toBe(true);
    await clock.advance(100);
    expect(await now(late)).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  test("a failure in time is a failure", async () => {
    const clock = createFakeClock();
    const failed = within(clock, 100, Promise.reject(new Error("no")));
    expect(await now(failed)).toBe("failed: Error: no");
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("until an abort", () => {
  test("gives the result, and lets go of the signal", async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve("done"), signal)).toBe("done");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("gives the reason, at once", async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    expect(await now(waiting)).toBe("waiting");
    controller.abort(new Error("enough"));
    expect(await now(waiting)).toBe("failed: Error: enough");
    const { signal } = controller;
    expect(await now(abortable(new Promise(() => {}), signal))).toBe("failed: Error: enough");
  });
});
