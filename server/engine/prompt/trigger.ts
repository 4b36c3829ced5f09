/**
 * Rules for when an automatic request is not worth its cost. Each rule has its own reason and its own setting. A
 * request by key passes all of them. Suggestions that are already known are offered before the rules apply.
 */
import { languageOf } from "../languages/language-of.ts";
import type { SkipReason } from "../outcome.ts";
import type { CompletionSite } from "../site.ts";
import { surroundings } from "../syntax/surroundings.ts";

/** One per rule; `skipSelection` and the others are the settings `trigger.*` of the same name. */
export interface TriggerRules {
  readonly skipMidWord: boolean;
  readonly skipMidLine: boolean;
  readonly skipStatementClosed: boolean;
  readonly skipDeletion: boolean;
  readonly skipSelection: boolean;
  readonly skipReadOnly: boolean;
}

export interface TriggerFacts {
  readonly hasSelection: boolean;
  /** True if the document continues another one, like a notebook cell. */
  readonly hasTextAbove: boolean;
  readonly isReadOnly: boolean;
  /** True if the document's last change only removed text. */
  readonly isAfterDeletion: boolean;
}

/** Why no automatic request is sent at `site`; `undefined` if one may be sent. */
export function shouldComplete(
  site: CompletionSite,
  facts: TriggerFacts,
  rules: TriggerRules,
): SkipReason | undefined {
  if (rules.skipReadOnly && facts.isReadOnly) return "readOnlyDocument";
  if (rules.skipSelection && facts.hasSelection) return "selection";
  if (!facts.hasTextAbove && isBlankDocument(site)) return "emptyDocument";
  if (rules.skipDeletion && facts.isAfterDeletion) return "deletion";
  if (rules.skipMidWord && isMidWord(site)) return "midWord";
  if (rules.skipMidLine && continuesLine(site)) return "midLine";
  if (rules.skipStatementClosed && isStatementClosed(site)) return "statementClosed";
  return undefined;
}

/** Why nothing new is suggested while typing in the text at `site`: a comment or a string that the user left out. */
export function unwantedText(
  site: CompletionSite,
  { inComments, inStrings }: { readonly inComments: boolean; readonly inStrings: boolean },
): SkipReason | undefined {
  if (inComments && inStrings) return undefined;
  const { inside } = surroundings(site).scan;
  switch (inside.kind) {
    case "lineComment":
    case "blockComment":
      return inComments ? undefined : "inComment";
    case "string":
    case "hereDocument":
      return inStrings ? undefined : "inString";
    case "regExp":
    case "code":
      return undefined;
  }
}

/** A model has nothing to go by; looked at only in texts of a few lines. */
function isBlankDocument({ document: { text } }: CompletionSite): boolean {
  return text.length < 1000 && text.slice(0).trim() === "";
}

/** There is a word character right of the cursor: an answer would have to merge with it. */
function isMidWord({ lineSuffix }: CompletionSite): boolean {
  return /^[\p{L}\p{N}_]/u.test(lineSuffix);
}

/** The line continues with more than closers, quotes and end punctuation. */
function continuesLine({ lineSuffix }: CompletionSite): boolean {
  return !/^[\s)\]}>"'`;,:{]*$/.test(lineSuffix);
}

/**
 * The line ends in a semicolon outside brackets or contains only closers, so new text belongs on another line.
 * Lines that end in `)` do not count: `.then`, ` {` or `:` may follow.
 */
function isStatementClosed({ linePrefix, lineSuffix, document }: CompletionSite): boolean {
  if (lineSuffix.trim() !== "") return false;
  const line = linePrefix.trim();
  if (/^[)\]}]+[;,]?$/.test(line)) return true;
  const { lineComments } = languageOf(document.languageId, document.uri);
  return line.endsWith(";") && !lineComments.includes(";") && !isForHeader(line);
}

function isForHeader(line: string): boolean {
  return /\bfor\s*\([^)]*$/.test(line);
}
