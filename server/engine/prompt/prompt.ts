/**
 * The prompt for a model, ready for a provider. `buildPrompt` (build-prompt.ts) creates it from a site in the shape
 * that the provider declares. Providers only translate it to their wire protocol.
 */
import type { TokenCount } from "../document.ts";
import type { CompletionSite } from "../site.ts";
import type { FimTemplate } from "./templates.ts";

export type CompletionMode = "singleLine" | "multiLine";

/** What a provider accepts and in which order its model reads it. May change after the provider's warm-up. */
export interface PromptShape {
  readonly kind: FimPrompt["kind"];
  /** Which part the model reads first. That part must stay byte-stable for prompt caching. */
  readonly order: "suffixFirst" | "prefixFirst";
  /** For `rendered`: the model family's template. */
  readonly template?: FimTemplate;
  /** How excerpts of other files are passed: as `+++++ path` blocks, in separate fields, or not at all. */
  readonly snippets: "plusHeader" | "field" | "template" | "none";
  /** Size of prompt and answer together, if known. */
  readonly contextLength?: TokenCount;
  /** Above this number of prefix and suffix tokens, the server crops silently. */
  readonly prefixLimit?: TokenCount;
  readonly suffixLimit?: TokenCount;
  /** At most this many stop strings are accepted. */
  readonly maxStops: number;
}

/** An excerpt of another file, chosen and cut by `snippets.ts`. LF line ends. */
export interface ContextSnippet {
  readonly path: string;
  readonly text: string;
  /** 0 to 1. `origin` says why the excerpt was chosen. */
  readonly score: number;
  readonly origin: "recentEdit" | "similar" | "definition";
}

/** Facts about every prompt, in any shape. */
export interface PromptCommon {
  readonly mode: CompletionMode;
  /** Why this mode was chosen, for `complete --explain`. */
  readonly modeReason: string;
  /** `singleLine` that becomes `multiLine` when the first generated line opens a block. */
  readonly mayPromote: boolean;
  readonly stops: readonly string[];
  readonly maxOutputTokens: TokenCount;
  /** Estimate of the whole prompt. */
  readonly estimatedTokens: TokenCount;
  /** The excerpts in the prompt, in order. */
  readonly snippets: readonly ContextSnippet[];
  /** The byte ranges of the document that were sent. */
  readonly prefixBytes: ByteRange;
  readonly suffixBytes: ByteRange;
  /** How many possible secrets were replaced. */
  readonly maskedSecrets: number;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** LF line ends in every text field. */
export type FimPrompt =
  | (PromptCommon & {
      /** Prompt and suffix are fields of the request. */
      readonly kind: "native";
      readonly prompt: string;
      readonly suffix: string;
    })
  | (PromptCommon & {
      /** llama.cpp's infill: the lines above, the current line in its own field, and a field for extra files. */
      readonly kind: "infill";
      readonly prefix: string;
      readonly linePrefix: string;
      readonly suffix: string;
    })
  | (PromptCommon & {
      /** The model family's template, rendered: one text. */
      readonly kind: "rendered";
      readonly text: string;
      /** The parts, for `--explain` and for size checks. */
      readonly prefix: string;
      readonly suffix: string;
    });

/** `invoked`: the user asked by key. `automatic`: the client asks while the user types. */
export type Trigger = "automatic" | "invoked";

/** One request to a provider. */
export interface FimRequest {
  readonly site: CompletionSite;
  readonly prompt: FimPrompt;
  readonly trigger: Trigger;
  /** True if the probabilities of the answer's tokens are needed. */
  readonly wantsProbabilities?: boolean;
}
