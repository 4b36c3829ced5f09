/**
 * Chooses between one line and several. This is decided before the request because it sets the stop strings and the
 * output budget. Uses indentation and a bounded bracket scan, no parser.
 */
import type { CompletionMode, Trigger } from "./prompt.ts";
import type { CompletionSite } from "../site.ts";
import { indentationWidth } from "../indentation.ts";
import { lineAt, surroundings, type Surroundings } from "../syntax/surroundings.ts";

export interface ModeFacts {
  readonly trigger: Trigger;
  /** True if the text before the cursor ends with a suggestion that was just accepted. */
  readonly hasJustAccepted?: boolean;
}

export type ModeReason =
  | "textFollows"
  | "lineBefore"
  | "insideString"
  | "insideComment"
  | "insideArguments"
  | "prose"
  | "emptyBlock"
  | "emptyLine"
  | "afterComment"
  | "justAccepted"
  | "blockMayOpen"
  | "line";

export interface ModeDecision {
  readonly mode: CompletionMode;
  readonly reason: ModeReason;
  /** `singleLine` only: becomes `multiLine` when the first generated line opens a block. */
  readonly mayPromote: boolean;
}

/** How much to request at `site`. Pure. The cost does not depend on the document's size. */
export function completionMode(site: CompletionSite, facts: ModeFacts): ModeDecision {
  return modeAt(site, surroundings(site), facts);
}

/** `completionMode` for surroundings that are already known. */
export function modeAt(site: CompletionSite, around: Surroundings, facts: ModeFacts): ModeDecision {
  if (site.isMidLine) return beforeText(site, around);
  const { inside } = around.scan;
  // A long text may contain code, and only the line itself shows that.
  const isText =
    inside.kind === "string" &&
    !(inside.form.isMultiLine && /(?:^|[\s:(=,])[{[]\s*$/.test(lineBefore(site, around)));
  const isInPattern = inside.kind === "regExp" || around.scan.interpolations.length > 0;
  if (isText || isInPattern) return singleLine("insideString");
  if (inside.kind === "lineComment" || inside.kind === "blockComment")
    return singleLine("insideComment");
  if (around.language.isProse) return singleLine("prose");
  if (inside.kind === "code" && isInArguments(site, around)) {
    return singleLine("insideArguments", true);
  }
  if (opensBlock(lineBefore(site, around), around)) {
    return isBlockEmpty(site, around) ? multiLine("emptyBlock") : emptyLineOr(site, "line", false);
  }
  if (facts.hasJustAccepted === true) return multiLine("justAccepted");
  if (site.linePrefix.trim() === "") {
    return isComment(around.previousLine ?? "", around)
      ? multiLine("afterComment")
      : multiLine("emptyLine");
  }
  return isBlockEmpty(site, around) ? singleLine("blockMayOpen", true) : singleLine("line");
}

/** Closers and statement ends. Editors insert them automatically for typed openers. */
const closersOnly = /^[\s)\]}>"'`;,]*$/;

/**
 * There is text right of the cursor: closers that the editor may have inserted, or a whole line after the
 * insertion.
 */
function beforeText(site: CompletionSite, around: Surroundings): ModeDecision {
  const isAtStart = site.linePrefix.trim() === "";
  const isCode = around.scan.inside.kind === "code" && !around.language.isProse;
  if (!closersOnly.test(site.lineSuffix)) {
    return isAtStart && isCode ? multiLine("lineBefore") : singleLine("textFollows");
  }
  if (isAtStart && isCode) return multiLine("emptyLine");
  // A closing quote leaves room only for the string.
  return singleLine("textFollows", /^[\s)\]};,]*$/.test(site.lineSuffix));
}

/** True if `line` ends with something that opens a block in its language. */
export function opensBlock(line: string, { language }: Pick<Surroundings, "language">): boolean {
  if (language.hasValueAfterBlank && /:[ \t]+$/.test(line)) return false;
  const bare = withoutComment(line, language.lineComments).trimEnd();
  if (bare === "") return false;
  if (/[{[]$/.test(bare)) return language.blocks !== "none" && language.blocks !== "parentheses";
  if (bare.endsWith("=>") && language.hasRegExps) return true;
  return language.opener?.test(bare) ?? false;
}

/** The text that leads to the cursor: its own line or, on an empty line, the nearest non-empty line above. */
function lineBefore(site: CompletionSite, around: Surroundings): string {
  return site.linePrefix.trim() === "" ? (around.previousLine ?? "") : site.linePrefix;
}

/** No deeper line follows the opening line, so the block is still to be written. */
function isBlockEmpty(site: CompletionSite, around: Surroundings): boolean {
  if (around.nextLine === undefined) return true;
  return indentationWidth(around.nextLine) <= indentationWidth(lineBefore(site, around));
}

/** Lines whose parentheses are not a call: a block may follow them. */
const blockHeader =
  /^[\s})]*(?:(?:export|default|pub|public|private|protected|static|async|abstract)\s+)*(?:if|else|elif|elsif|for|foreach|while|switch|match|catch|except|with|using|def|function|func|fun|fn|class|sub)\b/;

/** The cursor is between the parentheses of a call, or in a list that starts on its line. */
function isInArguments(
  { linePrefix }: CompletionSite,
  { scan, before, language }: Surroundings,
): boolean {
  const innermost = scan.open.at(-1);
  if (innermost === undefined || innermost.close === "}") return false;
  if (language.blocks === "parentheses" || language.hasLoneBrackets) return false;
  // A function passed as an argument has a body, even if keywords and not brackets delimit it.
  const isKeywordBlock = language.blocks === "keywords" && innermost.index >= 0;
  if (isKeywordBlock && language.opener?.test(lineAt(before, innermost.index)) === true)
    return false;
  if (blockHeader.test(linePrefix) || before.endsWith("[")) return false;
  const isOnLine = !before.includes("\n", innermost.index);
  return isOnLine || (innermost.close === ")" && isCall(before, innermost.index));
}

/** A parenthesis right after a name or another bracket is a call. After `return` or `=` it only groups. */
function isCall(before: string, index: number): boolean {
  const text = before.slice(Math.max(0, index - 20), Math.max(0, index)).trimEnd();
  return /[\w$)\]>!?]$/.test(text) && !/\b(?:return|yield|await|in|of|not|and|or)$|=>$/.test(text);
}

function isComment(line: string, { language }: Surroundings): boolean {
  const start = line.trimStart();
  return (
    language.lineComments.some((open) => start.startsWith(open)) ||
    language.blockComments.some(
      ([open, close]) => start.startsWith(open) || line.trimEnd().endsWith(close),
    )
  );
}

function withoutComment(line: string, lineComments: readonly string[]): string {
  for (const open of lineComments) {
    const at = line.indexOf(` ${open}`);
    if (at >= 0) return line.slice(0, at);
    if (line.trimStart().startsWith(open)) return "";
  }
  return line;
}

function emptyLineOr(site: CompletionSite, reason: ModeReason, mayPromote: boolean): ModeDecision {
  return site.linePrefix.trim() === "" ? multiLine("emptyLine") : singleLine(reason, mayPromote);
}

function multiLine(reason: ModeReason): ModeDecision {
  return { mode: "multiLine", reason, mayPromote: false };
}

function singleLine(reason: ModeReason, mayPromote = false): ModeDecision {
  return { mode: "singleLine", reason, mayPromote };
}
