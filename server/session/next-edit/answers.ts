/** What the user made of the places that were shown: taken, refused or passed by. Numbers only, never text. */
import type { Place, SettledEdit } from "../../next-edit/next-edit.ts";
import type { Offer } from "./offered-places.ts";

/** After so many refusals in a row nothing is shown until the user takes a place again. */
const mostRefusals = 3;

export interface AnswerCounts {
  readonly shown: number;
  readonly accepted: number;
  readonly refused: number;
  readonly passed: number;
}

export interface AnswerListener {
  onAnswer(place: Place, isTaken: boolean): void;
  onRefused(place: Place): void;
}

export class Answers {
  readonly #listener: AnswerListener;
  readonly #counts = { shown: 0, accepted: 0, refused: 0, passed: 0 };
  readonly #counted = new Set<string>();
  /** What is shown now, by itself. */
  #shown: Offer | undefined;
  #refusals = 0;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  get counts(): AnswerCounts {
    return { ...this.#counts };
  }

  /** The user has refused the last places: only what is asked for is offered. */
  get isSilent(): boolean {
    return this.#refusals >= mostRefusals;
  }

  /** The offer was shown without being asked for. */
  shown(offer: Offer): void {
    if (this.#shown?.id === offer.id) return;
    this.#shown = offer;
    this.#counts.shown++;
  }

  accepted(offer: Offer): void {
    if (this.#counted.has(offer.id)) return;
    this.#counted.add(offer.id);
    this.#refusals = 0;
    this.#counts.accepted++;
    if (this.#shown?.id === offer.id) this.#answer(true);
  }

  refused(offer: Offer): void {
    this.#refusals++;
    this.#counts.refused++;
    if (this.#shown?.id === offer.id) this.#answer(false);
    const [place] = offer.places;
    if (place !== undefined) this.#listener.onRefused(place);
  }

  /** An edit by hand answers what is shown: it is what was shown, or the user went on without it. */
  edited({ uri, line, newLines }: SettledEdit): void {
    const [place] = this.#shown?.places ?? [];
    if (place === undefined) return;
    const isSame =
      place.uri === uri && place.line === line && place.lines.join("\n") === newLines.join("\n");
    if (!isSame) {
      this.#counts.passed++;
      this.#refusals++;
      this.#listener.onRefused(place);
    }
    this.#answer(isSame);
  }

  #answer(isTaken: boolean): void {
    const [place] = this.#shown?.places ?? [];
    this.#shown = undefined;
    if (place !== undefined) this.#listener.onAnswer(place, isTaken);
  }
}
