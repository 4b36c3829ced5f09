// What the loopback FIM server answers in the editor tests.
import { middle, type Answer, type MiddleOptions } from "../../support/fim-answers.ts";
import type { Exchange } from "../../support/fim-server.ts";

/** The text of `document` that is missing between what was sent as prefix and as suffix. */
export function completing(document: string, options: MiddleOptions = {}): Answer {
  return middle((exchange) => missingMiddle(document, exchange), options);
}

function missingMiddle(document: string, { json }: Exchange): string {
  const prompt = textOf(json["prompt"]);
  const suffix = textOf(json["suffix"]).trimEnd();
  // Excerpts of other files may stand before the prefix: the longest start of the document counts.
  for (let length = document.length; length > 0; length -= 1) {
    if (!prompt.endsWith(document.slice(0, length))) continue;
    const end = suffix === "" ? document.trimEnd().length : document.lastIndexOf(suffix);
    return end >= length ? document.slice(length, end) : "";
  }
  return "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
}
