/** A virtual `Clock`. Time stands still until a test advances it; then all due timers fire in order. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Clock, Timer } from "../../server/base/clock.ts";

export interface FakeClock extends Clock {
  /** Timers that wait: 0 when all is closed. */
  readonly pendingTimers: number;
  /**
   * Moves time on by `ms`; promises settle before the first timer and after each one. Stops early, at that
   * timer's time, when `isEnough` says so.
   */
  advance(ms: number, isEnough?: () => boolean): Promise<void>;
  /** As after a sleep of the machine: time has passed before the first of the timers that are due fires. */
  jump(ms: number): Promise<void>;
  /** Moves the wall time alone, by `ms` or back. */
  moveWall(ms: number): void;
  /** Lets everything run that needs no time. */
  settle(): Promise<void>;
  /** Moves on from timer to timer until `promise` is settled; throws when none is left or `limitMs` is over. */
  until<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
}

interface Pending {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Starts at 0 ms; its wall time starts at `startMs`. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let epochMs = startMs;
  let now = 0;
  /** In the order of their due times, equal ones in the order in which they were set. */
  const timers: Pending[] = [];

  function insert(timer: Pending): void {
    let index = timers.length;
    while (index > 0 && (timers[index - 1]?.dueAt ?? 0) > timer.dueAt) index--;
    timers.splice(index, 0, timer);
  }

  /** Fires the next timer due by `limit`; false when there is none. */
  async function fireNext(limit: number): Promise<boolean> {
    const next = timers[0];
    if (next === undefined || next.dueAt > limit) return false;
    timers.shift();
    now = Math.max(now, next.dueAt);
    next.callback();
    await nextTurn();
    return true;
  }

  return {
    get pendingTimers() {
      return timers.length;
    },
    now: () => now,
    wallTime: () => epochMs + now,
    setTimer(callback, delayMs): Timer {
      const timer = { dueAt: now + Math.max(0, delayMs), callback };
      insert(timer);
      return {
        cancel() {
          const index = timers.indexOf(timer);
          if (index >= 0) timers.splice(index, 1);
        },
      };
    },
    async advance(ms, isEnough = () => false) {
      const until = now + ms;
      await nextTurn();
      while (!isEnough()) {
        if (await fireNext(until)) continue;
        now = until;
        return;
      }
    },
    async jump(ms) {
      await nextTurn();
      now += ms;
      while (await fireNext(now));
    },
    moveWall(ms) {
      epochMs += ms;
    },
    settle: () => nextTurn(),
    async until(promise, limitMs = 600_000) {
      const limit = now + limitMs;
      const state = { isSettled: false };
      const settle = (): void => {
        state.isSettled = true;
      };
      promise.then(settle, settle);
      await nextTurn();
      while (!state.isSettled) {
        if (!(await fireNext(limit))) throw new Error("nothing left to wait for");
      }
      return promise;
    },
  };
}
