/**
 * Decides which of the client's settings are the user's own. Editors mix settings of a repository into what they
 * send and do not mark them. A client's value for a setting of scope `user` therefore applies only if the server
 * was started with it, if it is stricter than that, if it arrived before any workspace was known, or if the user
 * has allowed it. The decision is made when the value arrives. A refused value stays refused (invariant 11).
 */
import { createHash } from "node:crypto";

import type { Decisions } from "./decisions.ts";
import { flattenLayer } from "../flatten.ts";
import type { SettingsIssue } from "../issue.ts";
import {
  isFromClient,
  resolveSettings,
  type ResolvedSettings,
  type SettingsLayer,
} from "../resolve.ts";
import { defaultSettings, definitionOf, settingKeys, type SettingKey } from "../schema.ts";
import { describeWish, strictPart } from "./wish.ts";

export type Answer = "once" | "always" | "never";

export interface TrustDependencies {
  readonly decisions: Decisions;
  /** Asks the user. `undefined` if the client cannot ask or the user chose nothing. */
  readonly ask: (question: string) => Promise<Answer | undefined>;
  /** Called when an answer may have changed which settings apply. */
  readonly onDecision: () => void;
  /** For the log. */
  readonly note: (text: string) => void;
  /** For people: where the user can put a setting so that no question is asked. */
  readonly ownPlaces: (key: SettingKey) => string;
}

type Values = ReadonlyMap<SettingKey, unknown>;

/** Keys that are judged together. Where text and key go is one decision, so parts of two sources are never combined. */
interface Unit {
  readonly name: string;
  readonly keys: readonly SettingKey[];
}

/** A question that the user must answer. */
interface Wish {
  readonly values: Values;
  readonly fingerprint: string;
}

const userKeys = settingKeys.filter((key) => definitionOf(key).scope === "user");
const destination: Unit = {
  name: "destination",
  keys: userKeys.filter((key) => key.startsWith("provider.")),
};
const units: readonly Unit[] = [
  destination,
  ...userKeys
    .filter((key) => !destination.keys.includes(key))
    .map((key) => ({ name: key, keys: [key] })),
];

/** After this many unanswered questions in one session, further ones would only annoy the user. */
const mostUnanswered = 10;

export class ClientTrust {
  readonly #dependencies: TrustDependencies;
  /** Fingerprints of settings that may apply in this session: see `fingerprintOf`. */
  readonly #accepted = new Set<string>();
  /** Questions that the user was asked. `open`: not answered yet. */
  readonly #asked = new Map<string, "open" | "unanswered" | Answer>();
  /** The values of a unit that apply in addition to those the server was started with. */
  readonly #inForce = new Map<Unit, Values>();
  #questions: Promise<void> = Promise.resolve();

  constructor(dependencies: TrustDependencies) {
    this.#dependencies = dependencies;
  }

  /** Like `resolveSettings`, without values that the user did not set. */
  async resolve(layers: readonly SettingsLayer[]): Promise<ResolvedSettings> {
    const wanted = await resolveSettings(layers);
    const sent = new Map(layers.filter(isFromClient).map((layer) => [layer, userKeysOf(layer)]));
    if ([...sent.values()].every((keys) => keys.size === 0)) {
      this.#inForce.clear();
      return wanted;
    }
    const start = await resolveSettings(layers.filter((layer) => !isFromClient(layer)));
    const settings: Record<string, unknown> = { ...wanted.settings };
    const origins = { ...wanted.origins };
    const issues = [...wanted.issues];
    const wishes: Wish[] = [];
    for (const unit of units) {
      const setters = [...sent].filter(([, keys]) => unit.keys.some((key) => keys.has(key)));
      const isEarly = setters.every(([layer]) => layer.cameBeforeWorkspace === true);
      const values = differences(unit, start, wanted);
      const fingerprint = fingerprintOf(unit, start, values);
      const isAccepted = this.#isAccepted(values, start, fingerprint, isEarly);
      if (isAccepted) this.#inForce.set(unit, values);
      const applied = isAccepted ? values : this.#lastAccepted(unit, start, values, fingerprint);
      for (const key of unit.keys) {
        settings[key] = applied.has(key) ? applied.get(key) : start.settings[key];
        if (!applied.has(key)) origins[key] = start.origins[key];
      }
      if (isAccepted) continue;
      if (!this.#asked.has(fingerprint)) wishes.push({ values, fingerprint });
      else if (this.#asked.get(fingerprint) === "unanswered") {
        for (const key of values.keys()) issues.push(this.#refusal(key, wanted.origins[key]));
      }
    }
    if (wishes.length > 0) this.#ask(wishes);
    return { settings: settings as unknown as ResolvedSettings["settings"], origins, issues };
  }

  #isAccepted(
    values: Values,
    start: ResolvedSettings,
    fingerprint: string,
    isEarly: boolean,
  ): boolean {
    const isHarmless = [...values].every(([key, value]) => {
      return isSame(strictPart(key, value, start.settings[key]), value);
    });
    if (isHarmless || isEarly) this.#accepted.add(fingerprint);
    if (this.#accepted.has(fingerprint)) return true;
    const { decisions, note } = this.#dependencies;
    const decision = decisions.of(fingerprint);
    if (decision === "allowed") this.#accepted.add(fingerprint);
    if (decision === "refused" && !this.#asked.has(fingerprint)) {
      this.#asked.set(fingerprint, "never");
      note(
        `the editor's settings ${describeWish(values)}: refused, as decided in ${decisions.path}`,
      );
    }
    return decision === "allowed";
  }

  /** A refused change has no effect: the previous value still applies, if it still means the same. */
  #lastAccepted(unit: Unit, start: ResolvedSettings, values: Values, refused: string): Values {
    const before = this.#inForce.get(unit);
    if (before !== undefined && before.size > 0) {
      if (this.#accepted.has(fingerprintOf(unit, start, before))) return before;
      this.#inForce.delete(unit);
    }
    if (unit === destination)
      return withoutGuess(start, values, this.#asked.get(refused) === "never");
    const parts = [...values].map(
      ([key, value]) => [key, strictPart(key, value, start.settings[key])] as const,
    );
    return new Map(parts.filter(([, part]) => part !== undefined));
  }

  #refusal(key: SettingKey, source: string): SettingsIssue {
    return {
      path: key,
      expected: `it in ${this.#dependencies.ownPlaces(key)}, or your yes`,
      received: "a value that a repository could have set",
      source,
      isUntrusted: true,
    };
  }

  #ask(wishes: readonly Wish[]): void {
    const { note } = this.#dependencies;
    const withoutYes = [...this.#asked.values()].filter(
      (state) => state === "open" || state === "unanswered",
    );
    const isFlood = withoutYes.length >= mostUnanswered;
    for (const { fingerprint } of wishes)
      this.#asked.set(fingerprint, isFlood ? "unanswered" : "open");
    if (isFlood) return;
    const wish = describeWish(new Map(wishes.flatMap(({ values }) => [...values])));
    note(`the editor's settings ${wish}: not used without your yes`);
    this.#questions = this.#askAfter(this.#questions, wishes, wish);
  }

  async #askAfter(previous: Promise<void>, wishes: readonly Wish[], wish: string): Promise<void> {
    const { ask, decisions, onDecision } = this.#dependencies;
    await previous;
    const answer = await ask(
      `The editor's settings ${wish}. A repository can set this too. Allow it?`,
    );
    for (const { fingerprint } of wishes) {
      this.#asked.set(fingerprint, answer ?? "unanswered");
      if (answer === "once" || answer === "always") this.#accepted.add(fingerprint);
      if (answer === "always") decisions.keep(fingerprint, "allowed", wish);
      if (answer === "never") decisions.keep(fingerprint, "refused", wish);
    }
    onDecision();
  }
}

function userKeysOf(layer: SettingsLayer): ReadonlySet<SettingKey> {
  const { entries } = flattenLayer(layer.content);
  return new Set(entries.map(({ key }) => key).filter((key) => userKeys.includes(key)));
}

function differences(unit: Unit, start: ResolvedSettings, wanted: ResolvedSettings): Values {
  const differ = unit.keys.filter((key) => !isSame(start.settings[key], wanted.settings[key]));
  return new Map(differ.map((key) => [key, wanted.settings[key]]));
}

/**
 * Names the complete set of values that would apply, so that allowing an endpoint with one key does not allow it
 * with another key.
 */
function fingerprintOf(unit: Unit, start: ResolvedSettings, values: Values): string {
  const whole = unit.keys.flatMap((key) => {
    const value = values.has(key) ? values.get(key) : start.settings[key];
    return isSame(value, defaultSettings[key]) ? [] : [[key, value]];
  });
  return createHash("sha256")
    .update(JSON.stringify([unit.name, whole]))
    .digest("hex");
}

/**
 * A user who wants another endpoint, and did not start the server with one, does not want the default one meanwhile:
 * until the user answers, text stays on this machine. A change of the model alone does not change where text goes.
 */
function withoutGuess({ origins }: ResolvedSettings, values: Values, isDenied: boolean): Values {
  const isChosen = (["provider.name", "provider.endpoint"] as const).some(
    (key) => origins[key] !== "default",
  );
  const isOnlyModel = [...values.keys()].every((key) => key === "provider.model");
  if (isChosen || isDenied || isOnlyModel) return new Map();
  return new Map([["provider.name", "workspace"]]);
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
