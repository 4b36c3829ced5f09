/**
 * Whether to ask ahead: only where requests are free, or where the user wants it; one at a time; and no longer
 * once most of it turns out to be for nothing.
 */
import type { FimProvider } from "../../providers/provider.ts";
import type { Settings } from "../../settings/schema.ts";

/** Speculations judged at a time, and how many of them have to be known before they are. */
const judgedAtMost = 20;
const judgedAtLeast = 10;
const wastedAtMost = 0.7;
/** Prompt tokens a second. */
const fastEnough = 1000;

export class Speculation {
  /** Ids of speculative requests whose answers were not used so far. */
  #open = new Set<string>();
  /** The last ones that were decided: true for those that were used. */
  #uses: boolean[] = [];

  /** Whether to ask ahead now. */
  isWorthwhile(setting: Settings["trigger.speculation"], provider: FimProvider): boolean {
    if (setting === "off") return false;
    // A slow server would still read ahead when the next key asks.
    const isCostly = provider.isMetered || (provider.readingSpeed ?? fastEnough) < fastEnough;
    if (setting === "auto" && isCostly) return false;
    if (this.#uses.length < judgedAtLeast) return true;
    const wasted = this.#uses.filter((isUsed) => !isUsed).length;
    return wasted / this.#uses.length <= wastedAtMost;
  }

  /** A speculation was sent; the ones before it that were not used by now are counted as wasted. */
  noteSent(id: string): void {
    for (const old of this.#open) this.#decide(old, false);
    this.#open.add(id);
  }

  /** An answer was offered. */
  noteOffered(id: string): void {
    if (this.#open.has(id)) this.#decide(id, true);
  }

  reset(): void {
    this.#open.clear();
    this.#uses = [];
  }

  #decide(id: string, isUsed: boolean): void {
    this.#open.delete(id);
    this.#uses.push(isUsed);
    if (this.#uses.length > judgedAtMost) this.#uses.shift();
  }
}
