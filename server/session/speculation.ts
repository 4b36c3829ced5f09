/**
 * Asking ahead for what follows when the shown suggestion is accepted. Only where requests are free, or where
 * the user wants it; one at a time; and no longer once most of it turns out to be for nothing.
 */
import type { Offset } from "../engine/document.ts";
import { completionSite } from "../engine/site.ts";
import { cursorText } from "../engine/cursor-text.ts";
import type { Suggestion } from "../engine/outcome.ts";
import type { FimProvider } from "../providers/provider.ts";
import type { Settings } from "../settings/schema.ts";
import { withInserted, type Ask } from "./ask.ts";

/** The suggestion has to stand this long first: most are typed along or against within it. */
export const restMs = 150;
/** Speculations judged at a time, and how many of them have to be known before they are. */
const judgedAtMost = 20;
const judgedAtLeast = 10;
const wastedAtMost = 0.7;

export class Speculation {
  /** Ids of flights whose answers nobody has needed so far. */
  #open = new Set<string>();
  /** The last ones that were decided: true for those that were used. */
  #uses: boolean[] = [];

  /** Whether to ask ahead now. */
  isWorthwhile(setting: Settings["trigger.speculation"], provider: FimProvider): boolean {
    if (setting === "off" || (setting === "auto" && provider.isMetered)) return false;
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

/** What would be asked behind `suggestion` after it was accepted. */
export function askAfter({ request, snapshot, site }: Ask, suggestion: Suggestion): Ask {
  const { offset, insertText, replacedLength } = suggestion;
  const text = site.eol === "\n" ? insertText : insertText.replaceAll("\n", site.eol);
  const accepted = withInserted(snapshot, offset, offset + replacedLength, text);
  const end = (offset + text.length) as Offset;
  const at = cursorText(accepted.text, end);
  return {
    request: { ...request, offset: end, trigger: "automatic" },
    snapshot: accepted,
    site: completionSite(accepted, end),
    at,
    lead: "",
    leadReplacedLength: 0,
  };
}
