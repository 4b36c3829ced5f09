/**
 * The user's word on model servers of this machine that were found and not configured. Any program can listen on a
 * usual port, so no text leaves before the user was told which server was found, by whose process, and how to say no.
 */
import { serverLabel, type LocalServer } from "../../providers/detect.ts";
import { listenersOn } from "../../providers/local/listeners.ts";
import type { ApiKey } from "../../providers/options.ts";
import { ProviderError } from "../../providers/provider.ts";
import type { Answer } from "../../settings/trust/client-trust.ts";
import {
  openDecisions,
  type DecisionPlaces,
  type Decisions,
} from "../../settings/trust/decisions.ts";

export interface ServerConsentDependencies {
  readonly decisions: Decisions;
  /** The ids of the users whose processes listen on a port; empty where that is not known. */
  readonly listeners: (port: number) => Promise<readonly number[]>;
  /** `undefined` where the system has no such ids. */
  readonly userId: number | undefined;
  /** Puts a question to the user; absent when the client cannot. Resolves to `undefined` when nothing was chosen. */
  readonly ask?: ((question: string) => Promise<Answer | undefined>) | undefined;
  readonly tell: (message: string) => void;
  /** For the log. */
  readonly note: (text: string) => void;
  /** The user waits at a terminal: to be told is enough for a server of the user's own. */
  readonly isAtTerminal?: boolean;
}

/** `open`: the user has not answered, or has just been told. */
type Verdict = "yes" | "no" | "open";

export type Consent =
  /** The guard stands in the place of a key: it looks before each request who listens. */
  | { readonly kind: "yes"; readonly guard: ApiKey }
  | { readonly kind: "no" }
  | { readonly kind: "open" };

interface Found extends LocalServer {
  readonly users: readonly number[];
  readonly subject: string;
}

export class ServerConsent {
  readonly #dependencies: ServerConsentDependencies;
  /** What holds for this session, by subject. */
  readonly #session = new Map<string, Verdict>();

  constructor(dependencies: ServerConsentDependencies) {
    this.#dependencies = dependencies;
  }

  /** May take as long as the user thinks. */
  async of(server: LocalServer): Promise<Consent> {
    const found = await this.#examine(server);
    const kind = await this.#judge(found);
    return kind === "yes" ? { kind, guard: this.#guard(found) } : { kind };
  }

  /** The user wants a new start: what was not answered is asked again, what was told counts as heard. */
  renew(): void {
    for (const [subject, verdict] of this.#session) {
      if (verdict === "open") this.#session.delete(subject);
    }
  }

  #judge(found: Found): Verdict | Promise<Verdict> {
    const known = this.#session.get(found.subject);
    if (known !== undefined) return known;
    const { decisions, note } = this.#dependencies;
    const decision = decisions.of(found.subject);
    if (decision === undefined) return this.#introduce(found);
    const verdict = decision === "allowed" ? "yes" : "no";
    this.#session.set(found.subject, verdict);
    if (verdict === "no") note(`${nameOf(found)} is not used, as decided in ${decisions.path}`);
    return verdict;
  }

  #guard(found: Found): ApiKey {
    const look = async (): Promise<undefined> => {
      const now = await this.#examine(found);
      if (now.users.every((user) => found.users.includes(user))) return undefined;
      const message = `Another user's process listens at ${found.endpoint} now: no text is sent to it.`;
      throw new ProviderError({ kind: "unauthorized", isRetryable: false, message });
    };
    return { read: look, renew: look };
  }

  async #examine({ name, endpoint }: LocalServer): Promise<Found> {
    const users = await this.#dependencies.listeners(Number(new URL(endpoint).port));
    return { name, endpoint, users, subject: JSON.stringify(["model server", endpoint, users]) };
  }

  #introduce(found: Found): Verdict | Promise<Verdict> {
    const { ask, decisions, tell, note, isAtTerminal = false } = this.#dependencies;
    this.#session.set(found.subject, "open");
    note(`${this.#describe(found)}: it gets no text without your yes`);
    if (ask !== undefined) return this.#ask(found, ask);
    const name = nameOf(found);
    if (!this.#isOwn(found)) {
      const told = `${found.subject} told`;
      if (decisions.of(told) === undefined) {
        decisions.keep(told, "refused", `${name}: told once that it is not used by itself`);
        tell(
          `${this.#describe(found)}. It gets no text. To use it, set provider.name to "${found.name}" and provider.endpoint to "${found.endpoint}".`,
        );
      }
      return "open";
    }
    decisions.keep(found.subject, "allowed", `send code to ${name}: told once`);
    const no = 'To say no, set provider.name to "workspace".';
    const when = isAtTerminal ? "now on" : "the next start on, or once you run fim.enable";
    tell(`${this.#describe(found)}. It gets the text around the cursor from ${when}. ${no}`);
    if (isAtTerminal) this.#session.set(found.subject, "yes");
    return isAtTerminal ? "yes" : "open";
  }

  async #ask(found: Found, ask: NonNullable<ServerConsentDependencies["ask"]>): Promise<Verdict> {
    const { decisions } = this.#dependencies;
    const answer = await ask(
      `${this.#describe(found)}. May it get the text around the cursor, to complete it?`,
    );
    const wish = `send code to ${nameOf(found)}`;
    if (answer === "always") decisions.keep(found.subject, "allowed", wish);
    if (answer === "never") decisions.keep(found.subject, "refused", wish);
    if (answer === undefined) return "open";
    const verdict = answer === "never" ? "no" : "yes";
    this.#session.set(found.subject, verdict);
    return verdict;
  }

  #isOwn({ users }: Found): boolean {
    const { userId } = this.#dependencies;
    return users.length > 0 && users.every((user) => user === userId);
  }

  #describe(found: Found): string {
    const { userId } = this.#dependencies;
    const others = found.users.filter((user) => user !== userId);
    if (others.length > 0) return `${nameOf(found)} was found; user ${others.join(", ")} runs it`;
    if (this.#isOwn(found)) return `${nameOf(found)} was found; you run it`;
    return `${nameOf(found)} was found; who runs it is not known`;
  }
}

/** With the decisions of this machine's user. */
export function createServerConsent(
  places: DecisionPlaces,
  speaker: Pick<ServerConsentDependencies, "ask" | "tell" | "note" | "isAtTerminal">,
): ServerConsent {
  return new ServerConsent({
    decisions: openDecisions(places),
    listeners: listenersOn,
    userId: process.getuid?.(),
    ...speaker,
  });
}

function nameOf({ name, endpoint }: LocalServer): string {
  return `${serverLabel(name)} at ${endpoint}`;
}
