/** Chooses which excerpts of other files go into a prompt. Text that is already in the window is never repeated. */
import { estimateTokens } from "./tokens.ts";
import type { ContextSnippet } from "./prompt.ts";

export interface SnippetOptions {
  /** The text before and after the cursor that is sent anyway. LF line ends. */
  readonly prefix: string;
  readonly suffix: string;
  readonly tokenBudget: number;
  readonly calibration: number;
}

export const maxSnippets = 5;
/** Below this score an excerpt costs more than it helps. */
export const minSnippetScore = 0.25;
/** If this share of an excerpt's lines is in the window, the excerpt adds nothing. */
const maxOverlap = 0.5;
/** Tokens for the path header of an excerpt. */
const headerTokens = 12;

/**
 * The excerpts worth sending, best last: those with a sufficient score that fit the budget and do not repeat the
 * window or each other. The order depends only on the candidates.
 */
export function chooseSnippets(
  candidates: readonly ContextSnippet[],
  options: SnippetOptions,
): readonly ContextSnippet[] {
  const seen = lineSet(options.prefix + "\n" + options.suffix);
  const chosen: ContextSnippet[] = [];
  let remaining = options.tokenBudget;
  for (const snippet of candidates.toSorted(bestFirst)) {
    if (chosen.length === maxSnippets || snippet.score < minSnippetScore) break;
    const tokens = estimateTokens(snippet.text, options.calibration) + headerTokens;
    if (tokens > remaining || overlap(snippet.text, seen) > maxOverlap) continue;
    remaining -= tokens;
    chosen.push(snippet);
    for (const line of lineSet(snippet.text)) seen.add(line);
  }
  return chosen.toReversed();
}

/** Estimated tokens of the excerpts with their headers. */
export function snippetTokens(snippets: readonly ContextSnippet[], calibration: number): number {
  let total = 0;
  for (const { text } of snippets) total += estimateTokens(text, calibration) + headerTokens;
  return total;
}

function bestFirst(one: ContextSnippet, two: ContextSnippet): number {
  return two.score - one.score || compare(one.path, two.path) || compare(one.text, two.text);
}

function compare(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}

/** The lines that distinguish one text from another: trimmed, without braces and blank lines. */
function lineSet(text: string): Set<string> {
  const lines = new Set<string>();
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (trimmed.length > 3) lines.add(trimmed);
  }
  return lines;
}

/** Share of the excerpt's lines that are in `seen`, 0 to 1. An excerpt without such lines counts as seen. */
function overlap(text: string, seen: ReadonlySet<string>): number {
  const lines = lineSet(text);
  if (lines.size === 0) return 1;
  let known = 0;
  for (const line of lines) if (seen.has(line)) known++;
  return known / lines.size;
}
