/** How much each model is trusted, after what became of the lines that it was shown with. */
import { nextTrust, type Judged } from "../../engine/confidence/trust.ts";

export class ModelTrust {
  /** By provider, endpoint and model. */
  readonly #trust = new Map<string, number>();

  of(source: string): number {
    return this.#trust.get(source) ?? 0;
  }

  note(source: string, judged: Judged): void {
    this.#trust.set(source, nextTrust(this.of(source), judged));
  }
}
