/**
 * Parses JSON from model servers. JSON that is nested more deeply than any real answer is rejected, because it
 * would overflow the stack of its readers.
 */

const maxDepth = 64;

/** @throws SyntaxError on what is not JSON, or is nested too deeply */
export function parseBoundedJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError("JSON that is nested too deeply");
  return JSON.parse(text) as unknown;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (isInString) {
      if (character === "\\") index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "]" || character === "}") depth -= 1;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > maxDepth) return true;
    }
  }
  return false;
}

/**
 * Some servers write a zero probability as -Infinity, and one that they cannot compute as NaN. Both are read as
 * null. @throws SyntaxError
 */
export function parseAnswerJson(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    // An unclosed string ends with the text, so no start of a string is tried twice.
    const repaired = text.replaceAll(
      /"(?:[^"\\]|\\[^]?)*(?:"|$)|-?\b(?:NaN|Infinity|inf|nan)\b/g,
      (found) => (found.startsWith('"') ? found : "null"),
    );
    return parseBoundedJson(repaired);
  }
}
