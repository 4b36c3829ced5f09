/** Answers of the workspace model, in the form of all others, so that typing along them works the same. */
import { placeAt } from "../../engine/cursor-text.ts";
import type { Ask } from "../request/ask.ts";
import type { LocalSource, SuggestRequest } from "../types.ts";
import type { Answer, Offer } from "../request/suggestion-cache.ts";

export const workspaceSource = "workspace";

/** In the role `first` only what is as good as sure is offered before the provider was asked. */
export const sureProbability = 0.85;
const menuLimit = 3;

export function localAnswers(
  source: LocalSource,
  ask: Ask,
  minProbability: number,
  nextId: () => string,
): readonly Answer[] {
  const limit = ask.request.surface === "menu" ? menuLimit : 1;
  const found = source.suggest(ask.site, { limit, minProbability });
  return found
    .filter(({ insertText }) => insertText !== "")
    .map(({ insertText, probability }) => ({
      id: nextId(),
      uri: ask.request.uri,
      source: workspaceSource,
      known: {
        place: placeAt(ask.at),
        text: insertText,
        replacedLength: 0,
        insertOnlyText: insertText,
      },
      streak: undefined,
      probability,
      isComplete: false,
    }));
}

/** True while it is the workspace model's, in the place of an answer of the provider. */
export function isStandIn({ answer }: Offer): boolean {
  return answer.source === workspaceSource;
}

/**
 * What to offer when the provider's answer is `found` while a stand-in is shown that still agrees. One that
 * only goes on from what is shown changes nothing and takes over. Else ghost text stays as it is, and a menu
 * has room for both: first what is as good as sure, then the provider's.
 */
export function besideStandIn(
  shown: Offer,
  found: Offer | undefined,
  surface: SuggestRequest["surface"],
): readonly Offer[] {
  if (found === undefined) return [shown];
  if (found.advanced.insertText.startsWith(shown.advanced.insertText)) return [found];
  if (surface === "inline") return [shown];
  const isSure = (shown.answer.probability ?? 0) >= sureProbability;
  return isSure ? [shown, found] : [found, shown];
}
