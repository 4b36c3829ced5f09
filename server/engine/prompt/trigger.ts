/**
 * Where asking a model is not worth its price. Each rule has its own reason and its own setting; a request
 * by key passes them all. What is known already is offered before any of them is looked at.
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
  /** The document goes on from another one, as a notebook's cell. */
  readonly hasTextAbove: boolean;
  readonly isReadOnly: boolean;
  /** The document's last change only took text away. */
  readonly isAfterDeletion: boolean;
}

/** Why an automatic request is not sent at `site`; `undefined`: it may be. */
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

/** A word character right of the cursor: an answer would have to merge with what is there. */
function isMidWord({ lineSuffix }: CompletionSite): boolean {
  return /^[\p{L}\p{N}_]/u.test(lineSuffix);
}

/** More follows on the line than closers, quotes and the punctuation that ends a line. */
function continuesLine({ lineSuffix }: CompletionSite): boolean {
  return !/^[\s)\]}>"'`;,:{]*$/.test(lineSuffix);
}

/**
 * The line ends in a semicolon outside of brackets, or holds nothing but closers: what comes next belongs
 * on another line. Lines that end in `)` are not counted: `.then`, ` {` and `:` follow them.
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
