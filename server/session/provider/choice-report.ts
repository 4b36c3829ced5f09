/** Tells the user why the configured provider cannot be used: once, however often the settings change. */
import type { Log } from "../../base/log.ts";
import type { ProviderNotice } from "../types.ts";
import type { ProviderChoice } from "./provider-choice.ts";

export interface HostTrouble {
  /** For people; `undefined` when all is well. */
  readonly problem: string | undefined;
  /** No key was found, so the workspace model answers alone. */
  readonly isKeyMissing: boolean;
}

export class ChoiceReport {
  readonly #log: Log;
  readonly #notify: (notice: ProviderNotice) => void;
  #trouble: HostTrouble = { problem: undefined, isKeyMissing: false };

  constructor(log: Log, notify: (notice: ProviderNotice) => void) {
    this.#log = log;
    this.#notify = notify;
  }

  get trouble(): HostTrouble {
    return this.#trouble;
  }

  /** A problem that is still there is told again. */
  forget(): void {
    this.#trouble = { ...this.#trouble, problem: undefined };
  }

  note({ reason, problem, brief = problem, isKeyMissing = false }: ProviderChoice): void {
    this.#log.write("info", reason);
    const isNew = problem !== undefined && problem !== this.#trouble.problem;
    if (isNew) {
      this.#notify({ severity: "error", message: brief ?? problem, detail: problem });
    }
    this.#trouble = { problem, isKeyMissing };
  }
}
