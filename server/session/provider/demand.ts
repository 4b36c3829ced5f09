/** What the user demands of suggestions, by the settings and by how they were asked for. */
import { boundsOf, type Demand } from "../../engine/confidence/likely-text.ts";
import type { Trigger } from "../../engine/prompt/prompt.ts";
import type { Settings } from "../../settings/schema.ts";

/** `undefined`: nothing is held back. */
export function demandOf(settings: Settings, trigger: Trigger): Demand | undefined {
  const least = settings["suggestions.minConfidence"];
  if (least === 0) return undefined;
  return { bounds: boundsOf(least), needsFirstLine: trigger === "invoked" };
}
