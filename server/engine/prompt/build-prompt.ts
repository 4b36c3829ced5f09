/**
 * Turns a site into a prompt. The bytes are kept stable on purpose: excerpts come first in a fixed order and
 * windows move only with hysteresis, so successive prompts share as much as possible for the provider's cache.
 */
import type { TokenCount } from "../document.ts";
import type { ModeDecision } from "./completion-mode.ts";
import type { ContextSnippet, FimPrompt, PromptCommon, PromptShape } from "./prompt.ts";
import type { CompletionSite } from "../site.ts";
import { maskedSnippets, maskedWindows } from "./masked-windows.ts";
import { chooseSnippets, snippetTokens } from "./snippets.ts";
import type { FimTemplate } from "./templates.ts";
import { estimateTokens, plannedShare, promptOverheadTokens } from "./tokens.ts";
import { cutWindows, windowGrowth, type Windows, type WindowState } from "./window.ts";

export interface PromptOptions {
  readonly shape: PromptShape;
  readonly decision: ModeDecision;
  /** Budget for prefix, suffix and excerpts together. */
  readonly tokenBudget: number;
  /** Share of the prefix, 0 to 1. */
  readonly prefixShare: number;
  /** Workspace-relative path of the document, with `/`. */
  readonly path: string;
  /** Excerpts of other files, gathered while idle. */
  readonly snippets?: readonly ContextSnippet[];
  /** Ratio learned by `calibrate`. */
  readonly calibration?: number;
  /** Most tokens for an answer of several lines. Default: 256. */
  readonly maxOutputTokens?: number;
  /** The user's own stop strings, sent before ours. */
  readonly stops?: readonly string[];
  /** Replaces possible secrets in windows and excerpts. */
  readonly masksSecrets?: boolean;
}

export interface BuiltPrompt {
  readonly prompt: FimPrompt;
  /** To be passed to the next prompt of this document. */
  readonly windows: WindowState;
}

/** A line end stops a single-line answer, so this limit affects only answers without one. Long lines stay whole. */
export const singleLineTokens = 128;
/** Excerpts take at most this share of the budget. */
const snippetShare = 0.25;
/** None of the surveyed servers refuses four; some refuse more. */
const maxStops = 4;

/** Builds the prompt. The same arguments give the same prompt. */
export function buildPrompt(
  site: CompletionSite,
  options: PromptOptions,
  previousWindows?: WindowState,
): BuiltPrompt {
  const { shape, decision, calibration = 1 } = options;
  const maxOutputTokens = outputTokens(options);
  const budget = inputBudget(options, maxOutputTokens);
  const candidates = shape.snippets === "none" ? [] : (options.snippets ?? []);
  const reserved = reservedForSnippets(candidates, budget, calibration);
  const cut = cutWindows(
    site,
    {
      tokenBudget: Math.max(1, budget - reserved),
      prefixShare: options.prefixShare,
      order: shape.order,
      prefixLimit: shape.prefixLimit,
      suffixLimit: shape.suffixLimit,
      calibration,
    },
    previousWindows,
  );
  const masked = options.masksSecrets === true ? maskedWindows(site, cut) : undefined;
  const windows = { ...cut, ...masked };
  const chosen = chooseSnippets(candidates, { ...windows, tokenBudget: reserved, calibration });
  const { snippets, count } =
    options.masksSecrets === true ? maskedSnippets(chosen) : { snippets: chosen, count: 0 };
  const parts = render(site, options, windows, snippets);
  const estimatedTokens =
    windows.tokens +
    snippetTokens(snippets, calibration) +
    (promptOverheadTokens + parts.headerTokens) * calibration;
  const common = {
    mode: decision.mode,
    modeReason: decision.reason,
    mayPromote: decision.mayPromote,
    stops: stopStrings(site, options),
    maxOutputTokens,
    estimatedTokens: Math.ceil(estimatedTokens) as TokenCount,
    snippets,
    prefixBytes: windows.prefixBytes,
    suffixBytes: windows.suffixBytes,
    maskedSecrets: (masked?.count ?? 0) + count,
  };
  return { prompt: { ...common, ...parts.fields }, windows: windows.state };
}

function outputTokens({ decision, maxOutputTokens = 256 }: PromptOptions): TokenCount {
  const mayHaveLines = decision.mode === "multiLine" || decision.mayPromote;
  const ofMode = mayHaveLines ? maxOutputTokens : Math.min(singleLineTokens, maxOutputTokens);
  return Math.max(1, ofMode) as TokenCount;
}

function inputBudget({ shape, tokenBudget }: PromptOptions, maxOutputTokens: number): number {
  if (shape.contextLength === undefined) return tokenBudget;
  // With a small context the answer gets at most half of it; otherwise no room for a prompt would be left.
  const forPrompt = Math.max(shape.contextLength - maxOutputTokens, shape.contextLength / 2);
  // A window may grow before it is cut again, but the context is a hard limit. The growth is therefore reserved.
  const room = ((forPrompt - promptOverheadTokens) * plannedShare) / windowGrowth;
  return Math.max(1, Math.min(tokenBudget, room));
}

/** The budget for excerpts: their share, or less if the candidates need less. */
function reservedForSnippets(
  candidates: readonly ContextSnippet[],
  budget: number,
  calibration: number,
): number {
  return Math.min(budget * snippetShare, snippetTokens(candidates, calibration));
}

type Fields<Prompt = FimPrompt> = Prompt extends FimPrompt
  ? Omit<Prompt, keyof PromptCommon>
  : never;

interface Rendered {
  readonly fields: Fields;
  /** Estimated tokens of everything except windows and excerpts. */
  readonly headerTokens: number;
}

function render(
  site: CompletionSite,
  options: PromptOptions,
  windows: Windows,
  snippets: readonly ContextSnippet[],
): Rendered {
  const { shape, path } = options;
  switch (shape.kind) {
    case "native": {
      if (shape.snippets !== "plusHeader") {
        const fields = { kind: "native", prompt: windows.prefix, suffix: windows.suffix } as const;
        return { fields, headerTokens: 0 };
      }
      const header = plusHeader(path);
      const prompt = plusBlocks(snippets) + header + windows.prefix;
      return {
        fields: { kind: "native", prompt, suffix: windows.suffix },
        headerTokens: estimateTokens(header),
      };
    }
    case "infill": {
      const lineStart = windows.prefix.lastIndexOf("\n") + 1;
      const fields = {
        kind: "infill",
        prefix: windows.prefix.slice(0, lineStart),
        linePrefix: windows.prefix.slice(lineStart),
        suffix: windows.suffix,
      } as const;
      return { fields, headerTokens: 0 };
    }
    case "rendered":
      return renderTemplate(site, options, windows, snippets);
  }
}

const plainTemplate: FimTemplate = {
  family: "none",
  order: "prefixFirst",
  text: "{prefix}",
  sentinels: [],
  stops: [],
};

function renderTemplate(
  site: CompletionSite,
  { shape, path }: PromptOptions,
  windows: Windows,
  snippets: readonly ContextSnippet[],
): Rendered {
  const template = shape.template ?? plainTemplate;
  const prefix = neutralise(windows.prefix, template.sentinels);
  const suffix = neutralise(windows.suffix, template.sentinels);
  const safePath = neutralise(oneLine(path), template.sentinels);
  // The client may take the language id from anywhere, even from the document.
  const language = neutralise(oneLine(site.document.languageId), template.sentinels);
  let others = "";
  if (template.snippet !== undefined) {
    for (const snippet of snippets) {
      others += fill(template.snippet, {
        path: neutralise(oneLine(snippet.path), template.sentinels),
        text: neutralise(snippet.text, template.sentinels),
      });
    }
  } else if (shape.snippets === "plusHeader") others = plusBlocks(snippets);
  const values = { prefix, suffix, path: safePath, language };
  const text =
    others === "" || template.textWithSnippets === undefined
      ? others + fill(template.text, values)
      : fill(template.textWithSnippets, { ...values, snippets: others });
  const headerTokens = template.text.includes("{path}") ? estimateTokens(safePath) : 0;
  return { fields: { kind: "rendered", text, prefix, suffix }, headerTokens };
}

/** Replaces `{name}` in the template's own text. Inserted text is never searched. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(
    /\{(\w+)\}/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
}

/** User text must not be read as a control token. A blank after the token's first character prevents that. */
function neutralise(text: string, sentinels: readonly string[]): string {
  let safe = text;
  for (const sentinel of sentinels) {
    if (sentinel.length > 1 && safe.includes(sentinel)) {
      safe = safe.replaceAll(sentinel, `${sentinel.slice(0, 1)} ${sentinel.slice(1)}`);
    }
  }
  return safe;
}

function plusHeader(path: string): string {
  return `+++++ ${oneLine(path)}\n`;
}

/** A name on its own line of a prompt must not start a second line. */
function oneLine(name: string): string {
  return name.replaceAll(/[\r\n\u2028\u2029]/g, " ");
}

function plusBlocks(snippets: readonly ContextSnippet[]): string {
  let blocks = "";
  for (const { path, text } of snippets) {
    blocks += `${plusHeader(path)}${text.replace(/\n+$/, "")}\n\n`;
  }
  return blocks;
}

/**
 * The user's stop strings, the line end if it is final, the start of the next file in this form, and the template's
 * stops. On an empty line an answer may begin with an extra line end, which must not end it.
 */
function stopStrings(
  { linePrefix }: CompletionSite,
  { shape, decision, stops = [] }: PromptOptions,
): readonly string[] {
  const wanted = [...stops];
  const isLine = decision.mode === "singleLine" && !decision.mayPromote;
  if (isLine && linePrefix.trim() !== "") wanted.push("\n");
  else if (shape.snippets === "plusHeader") wanted.push("\n+++++ ");
  wanted.push(...(shape.template?.stops ?? []));
  return [...new Set(wanted)].slice(0, Math.min(maxStops, shape.maxStops));
}
