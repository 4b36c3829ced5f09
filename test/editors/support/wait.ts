import { setTimeout as delay } from "node:timers/promises";

/** Far beyond what a busy machine needs; reached only by a test that fails. */
const patienceMs = Number(process.env["FIM_PATIENCE"] ?? 15_000);

/** Looks until `probe` gives something other than nothing or false, and returns that. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  limitMs = patienceMs,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
    await delay(25);
  }
}
