/**
 * From a site to what is sent. Byte-stable by design: the excerpts come first and in a fixed order, the
 * windows move only with hysteresis, so that successive prompts share all that a provider can reuse.
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
  /** Prefix, suffix and excerpts together. */
  readonly tokenBudget: number;
  /** The prefix's part, 0 to 1. */
  readonly prefixShare: number;
  /** Workspace-relative path of the document, with `/`. */
  readonly path: string;
  /** Excerpts of other files, gathered when idle. */
  readonly snippets?: readonly ContextSnippet[];
  /** Ratio learnt by `calibrate`. */
  readonly calibration?: number;
  /** The most that an answer of several lines may have; by default 256. */
  readonly maxOutputTokens?: number;
  /** The user's own stop strings, sent before ours. */
  readonly stops?: readonly string[];
  /** Replaces what looks like a secret, in windows and excerpts alike. */
  readonly masksSecrets?: boolean;
}

export interface BuiltPrompt {
  readonly prompt: FimPrompt;
  /** To be given back for the next prompt of this document. */
  readonly windows: WindowState;
}

/** A line end stops the answer of a line, so that a limit costs only lines that have none: long ones stay whole. */
export const singleLineTokens = 128;
/** Excerpts take at most this part of the budget. */
const snippetShare = 0.25;
/** No server of the survey refuses four; some refuse more. */
const maxStops = 4;

/** Builds the prompt. Same arguments, same prompt. */
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
  // Of a small context the answer gets half at most: without a prompt there would be none.
  const forPrompt = Math.max(shape.contextLength - maxOutputTokens, shape.contextLength / 2);
  // A window may grow before it is cut again; the context is a hard limit, so it is left out of it.
  const room = ((forPrompt - promptOverheadTokens) * plannedShare) / windowGrowth;
  return Math.max(1, Math.min(tokenBudget, room));
}

/** What the windows leave to excerpts: their share, or what the candidates need where that is less. */
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
  /** Estimated tokens of what was written besides windows and excerpts. */
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
  // A client takes the language id from wherever it likes, also from the document.
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

/** Replaces `{name}` of the template's own text; what is put in is never searched. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(
    /\{(\w+)\}/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
}

/** User text must not be read as a control token: a blank after its first character breaks it. */
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

/** A name that stands on a line of its own in a prompt must not begin another. */
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
 * The user's own, the line end where it is final, what follows a file in this form, the template's. On an empty
 * line an answer may begin with a line end too many, which must not be all of it.
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
