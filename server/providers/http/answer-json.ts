/** JSON as model servers write it. */
import { parseBoundedJson } from "./bounded-json.ts";

/**
 * Some servers write a probability of zero as -Infinity, and one that they cannot compute as NaN: both are read as
 * null. @throws SyntaxError
 */
export function parseAnswerJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    // A string that is not closed ends with the text, so that no start of one is tried twice.
    const repaired = text.replaceAll(
      /"(?:[^"\\]|\\[^]?)*(?:"|$)|-?\b(?:NaN|Infinity|inf|nan)\b/g,
      (found) => (found.startsWith('"') ? found : "null"),
    );
    return parseBoundedJson(repaired);
  }
}
