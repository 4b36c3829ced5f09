/** What is off while typing: by command for a while, in a document, in a language; and the settings' languages. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import type { DocumentSnapshot } from "../../engine/document.ts";
import { languageOf } from "../../engine/languages/language-of.ts";
import type { SkipReason } from "../../engine/outcome.ts";
import type { Settings } from "../../settings/schema.ts";
import type { InForce, SessionSwitches, Toggled } from "../types.ts";

export interface SwitchesDependencies {
  readonly clock: Clock;
  readonly documents: DocumentStore;
  readonly inForce: InForce;
  readonly onChange: () => void;
}

/** Of a snooze. */
const maxMinutes = 24 * 60;

export class Switches implements SessionSwitches {
  readonly #dependencies: SwitchesDependencies;
  readonly #documentsOff = new Set<string>();
  /** By the table's id: what the user chose over the settings. */
  readonly #languages = new Map<string, boolean>();
  #snooze: { readonly until: number; readonly timer: Timer } | undefined;
  /** The document that was asked about last: for clients whose commands name none. */
  #lastUri: string | undefined;

  constructor(dependencies: SwitchesDependencies) {
    this.#dependencies = dependencies;
  }

  noteAsked(uri: string): void {
    this.#lastUri = uri;
  }

  /** Rest of the snooze; 0: none. */
  get snoozeMs(): number {
    const { clock } = this.#dependencies;
    return this.#snooze === undefined ? 0 : Math.max(0, this.#snooze.until - clock.now());
  }

  snooze(minutes: number): number {
    const { clock, onChange } = this.#dependencies;
    this.#snooze?.timer.cancel();
    this.#snooze = undefined;
    const kept = Math.min(Math.max(0, minutes), maxMinutes);
    if (kept > 0) {
      const wake = (): void => {
        this.#snooze = undefined;
        onChange();
      };
      const ms = kept * 60_000;
      this.#snooze = { until: clock.now() + ms, timer: clock.setTimer(wake, ms) };
    }
    onChange();
    return kept;
  }

  toggleDocument(uri = this.#lastUri): Toggled | undefined {
    const { documents, onChange } = this.#dependencies;
    if (uri === undefined || documents.get(uri) === undefined) return undefined;
    const isEnabled = this.#documentsOff.delete(uri);
    if (!isEnabled) this.#documentsOff.add(uri);
    onChange();
    return { name: uri, isEnabled };
  }

  toggleLanguage(uri = this.#lastUri): Toggled | undefined {
    const { documents, onChange } = this.#dependencies;
    const document = uri === undefined ? undefined : documents.get(uri);
    if (document === undefined) return undefined;
    const name = languageIdOf(document);
    const isEnabled = !this.#isLanguageOn(document);
    this.#languages.set(name, isEnabled);
    onChange();
    return { name, isEnabled };
  }

  /** Why nothing is suggested in the document while typing. */
  whyNot(document: DocumentSnapshot): SkipReason | undefined {
    if (this.#snooze !== undefined) return "snoozed";
    if (this.#documentsOff.has(document.uri)) return "documentOff";
    return this.#isLanguageOn(document) ? undefined : "languageDisabled";
  }

  close(): void {
    this.#snooze?.timer.cancel();
  }

  #isLanguageOn(document: DocumentSnapshot): boolean {
    const { settings } = this.#dependencies.inForce;
    return this.#languages.get(languageIdOf(document)) ?? isLanguageEnabled(document, settings);
  }
}

function languageIdOf({ languageId, uri }: DocumentSnapshot): string {
  const { id } = languageOf(languageId, uri);
  return id === "" ? languageId : id;
}

/** A setting names what the editor sends, or the language's own id. */
function isLanguageEnabled({ languageId, uri }: DocumentSnapshot, settings: Settings): boolean {
  const ids = [languageId, languageOf(languageId, uri).id];
  const isNamed = (setting: readonly string[]) => ids.some((id) => setting.includes(id));
  const enabled = settings["languages.enabled"];
  return (enabled.length === 0 || isNamed(enabled)) && !isNamed(settings["languages.disabled"]);
}
