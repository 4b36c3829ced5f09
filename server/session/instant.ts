/** Answers of the workspace model, in the form of all others, so that typing along them works the same. */
import { placeAt } from "../engine/cursor-text.ts";
import type { Ask } from "./ask.ts";
import type { InstantSource } from "./contract.ts";
import type { Answer } from "./suggestion-cache.ts";

export const workspaceSource = "workspace";

/** In the role `first` only what is as good as sure is offered before the provider was asked. */
export const sureProbability = 0.85;
const menuLimit = 3;

export function instantAnswers(
  source: InstantSource,
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
