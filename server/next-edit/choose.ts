/** Of all places, the one to go to next, and the set that one rule changes at once. */
import type { Place } from "./places/place.ts";

/** From here on a place is offered where the user asks for the next one. */
export const leastForNext = 0.5;
/** From here on a place is part of a set. */
export const leastForSet = 0.7;

/** The nearest below the cursor, else the nearest above, else the surest elsewhere. */
export function nextPlace(
  places: readonly Place[],
  least: number,
  cursor: { readonly uri: string; readonly line: number },
): Place | undefined {
  const sure = places.filter(({ probability }) => probability >= least);
  const here = sure.filter(({ uri }) => uri === cursor.uri);
  const byLine = here.toSorted(
    (one, other) => one.line - other.line || other.probability - one.probability,
  );
  const below = byLine.find(({ line }) => line >= cursor.line);
  const above = byLine.filter(({ line }) => line < cursor.line);
  const nearestAbove = above.find(({ line }) => line === above.at(-1)?.line);
  return below ?? nearestAbove ?? sure[0];
}

/** The places of the surest one's rule, the surest text for each; with how many unsure ones are left out. */
export function placesOfRule(places: readonly Place[], least = leastForSet) {
  const [best] = places;
  const own = places.filter(({ rule }) => rule !== undefined && rule === best?.rule);
  const chosen: Place[] = [];
  let unsure = 0;
  for (const place of own) {
    if (chosen.some((other) => overlap(place, other))) continue;
    if (place.probability >= least) chosen.push(place);
    else unsure++;
  }
  return { chosen, unsure };
}

function overlap(one: Place, other: Place): boolean {
  if (one.uri !== other.uri) return false;
  if (one.line === other.line) return true;
  return one.line < other.line + other.count && other.line < one.line + one.count;
}
