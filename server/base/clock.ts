/**
 * Time as a dependency. All code that waits or measures takes a `Clock`, so that tests and the replay benchmark run
 * on a virtual one. `engine/` gets no clock at all (invariant 5).
 */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin, with fractions. Never jumps. */
  now(): number;
  /** Milliseconds since the Unix epoch; may jump. Only for HTTP dates and log stamps. */
  wallTime(): number;
  /** Calls `callback` once after `delayMs`. A pending timer never keeps the process alive. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

export interface Timer {
  /** May be called more than once, and after the timer fired. */
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer(callback, delayMs) {
    const handle = setTimeout(callback, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
