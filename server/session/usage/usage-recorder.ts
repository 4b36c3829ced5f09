/** Gathers what happens and writes it once a minute, if anything happened; numbers only, never text. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Settings } from "../../settings/schema.ts";
import type { UsageEvent } from "../types.ts";
import { costOf, priceOf } from "./prices.ts";
import { appendUsage, dateOf } from "./usage-files.ts";
import { emptyRow, stepOf, sumOf, type UsageKey, type UsageRow } from "./usage-row.ts";

export interface UsageRecorderDependencies {
  readonly clock: Clock;
  /** `undefined`: nothing is kept. */
  readonly stateFolder: string | undefined;
  readonly languageOf: (uri: string) => string;
  /** As they are now. */
  readonly settings: () => Pick<Settings, "usage.record" | "usage.prices"> | undefined;
}

const flushAfterMs = 60_000;

export class UsageRecorder {
  readonly #dependencies: UsageRecorderDependencies;
  readonly #rows = new Map<string, UsageRow>();
  #timer: Timer | undefined;

  constructor(dependencies: UsageRecorderDependencies) {
    this.#dependencies = dependencies;
  }

  note(event: UsageEvent): void {
    const { stateFolder, settings } = this.#dependencies;
    if (stateFolder === undefined || settings()?.["usage.record"] !== true) return;
    const { provider, model } = event;
    const key = { language: this.#dependencies.languageOf(event.uri), provider, model };
    this.#add(key, this.#countsOf(event));
    this.#timer ??= this.#dependencies.clock.setTimer(() => this.flush(), flushAfterMs);
  }

  /** Writes what is not written yet. Never throws: usage is a nicety. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    const { stateFolder, clock } = this.#dependencies;
    if (rows.length === 0 || stateFolder === undefined) return;
    try {
      appendUsage(stateFolder, dateOf(clock.wallTime()), rows);
    } catch {
      // A full disk, or a home that cannot be written to: completion goes on.
    }
  }

  #countsOf(event: UsageEvent): Partial<UsageRow> {
    switch (event.kind) {
      case "request": {
        const { tokensIn, cachedTokensIn, tokensOut, firstTextMs, isMetered, model } = event;
        const own = this.#dependencies.settings()?.["usage.prices"];
        const price = isMetered ? priceOf(model, own) : undefined;
        const tokens = { input: tokensIn, cachedInput: cachedTokensIn, output: tokensOut };
        return {
          requests: 1,
          tokensIn,
          cachedTokensIn,
          tokensOut,
          cost: price === undefined ? 0 : costOf(price, tokens),
          firstText: firstTextMs === undefined ? {} : { [stepOf(firstTextMs)]: 1 },
        };
      }
      case "shown":
        return { shown: 1 };
      case "heldBack":
        return { heldBack: 1 };
      case "accepted":
        return {
          charactersAccepted: event.length,
          ...(event.isWhole ? { acceptedWhole: 1 } : { acceptedPart: 1 }),
        };
    }
  }

  #add(key: UsageKey, counts: Partial<UsageRow>): void {
    const name = [key.language, key.provider, key.model].join("\0");
    const row = this.#rows.get(name) ?? emptyRow(key);
    this.#rows.set(name, sumOf(row, { ...emptyRow(key), ...counts }));
  }
}
