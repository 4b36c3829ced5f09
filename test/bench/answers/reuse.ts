/**
 * How much of each prompt a provider has already seen while text is typed at one place. The provider need not
 * compute that part and bills it at a tenth. Measured for an editor that closes brackets and for one that does not.
 */
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { toOffset } from "../../../server/engine/document.ts";
import type { FimPrompt, PromptShape } from "../../../server/engine/prompt/prompt.ts";
import { completionSite } from "../../../server/engine/site.ts";
import type { WindowState } from "../../../server/engine/prompt/window.ts";
import { pick, type Random } from "../workspace-model/random.ts";
import type { SourceText } from "./sources.ts";

export interface ReuseFigures {
  readonly requests: number;
  /** Characters of all prompts but the first of each place, and those of them that stood there before. */
  readonly sent: number;
  readonly reusable: number;
}

/** As in the survey that the figures are compared with: a request every 7 characters, over 400 characters. */
const requestInterval = 7;
const typedLength = 400;

/** Types the text that stands at a random place of each source, and sums up what its prompts share. */
export function measureReuse(
  sources: readonly SourceText[],
  shape: PromptShape,
  closesBrackets: boolean,
  random: Random,
): ReuseFigures {
  let requests = 0;
  let sent = 0;
  let reusable = 0;
  for (const source of sources) {
    const start = lineStart(source.text, random);
    const typed = source.text.slice(start, start + typedLength);
    const before = source.text.slice(0, start);
    const after = source.text.slice(start + typed.length);
    let windows: WindowState | undefined;
    let previous: string | undefined;
    for (let length = 0; length <= typed.length; length += requestInterval) {
      const right = closesBrackets ? autoClosed(typed.slice(0, length)) : "";
      const text = before + typed.slice(0, length) + right + after;
      const built = promptAt(source, text, before.length + length, shape, windows);
      windows = built.windows;
      const wire = inReadingOrder(built.prompt, shape);
      if (previous !== undefined) {
        requests++;
        sent += wire.length;
        reusable += commonLength(previous, wire);
      }
      previous = wire;
    }
  }
  return { requests, sent, reusable };
}

function promptAt(
  source: SourceText,
  text: string,
  offset: number,
  shape: PromptShape,
  windows: WindowState | undefined,
) {
  const anchor = { offset: toOffset(text, 0), byteOffset: 0 };
  const identity = { uri: `file://${source.path}`, version: 1, revision: 1 };
  const document = { ...identity, languageId: source.languageId, text, anchor };
  const site = completionSite(document, toOffset(text, offset));
  const decision = completionMode(site, { trigger: "automatic" });
  const common = { shape, decision, tokenBudget: 1200, prefixShare: 0.7, path: source.path };
  return buildPrompt(site, common, windows);
}

/** The prompt as the model reads it. */
function inReadingOrder(prompt: FimPrompt, { order }: PromptShape): string {
  if (prompt.kind !== "native") return "";
  return order === "suffixFirst"
    ? `${prompt.suffix}\0${prompt.prompt}`
    : `${prompt.prompt}\0${prompt.suffix}`;
}

function commonLength(one: string, two: string): number {
  let length = 0;
  while (length < one.length && length < two.length && one[length] === two[length]) length++;
  return length;
}

/** What an editor has inserted right of the cursor: closers of the line's brackets and quotes. */
function autoClosed(typed: string): string {
  const line = typed.slice(typed.lastIndexOf("\n") + 1);
  let open = "";
  for (const character of line) {
    if (open.startsWith(character)) open = open.slice(1);
    else if (character === "(") open = `)${open}`;
    else if (character === "[") open = `]${open}`;
    else if (character === "{") open = `}${open}`;
    else if (character === '"' && !/["']/.test(open)) open = `"${open}`;
  }
  return open;
}

function lineStart(text: string, random: Random): number {
  const starts = [...text.matchAll(/^/gm)].map(({ index }) => index);
  const usable = starts.filter((start) => start + typedLength < text.length);
  return pick(random, usable) ?? 0;
}
