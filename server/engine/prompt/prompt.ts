/**
 * What is sent to a model, ready for a provider. `buildPrompt` (build-prompt.ts) makes one from a site
 * in the shape that the provider declares; providers only translate it to their wire protocol.
 */
import type { TokenCount } from "../document.ts";
import type { CompletionSite } from "../site.ts";
import type { FimTemplate } from "./templates.ts";

export type CompletionMode = "singleLine" | "multiLine";

/** What a provider can take and in which order its model reads it; may change after its warm-up. */
export interface PromptShape {
  readonly kind: FimPrompt["kind"];
  /** Which part the model encodes first: decides what must stay byte-stable for prompt caching. */
  readonly order: "suffixFirst" | "prefixFirst";
  /** For `rendered`: the model family's template. */
  readonly template?: FimTemplate;
  /** How excerpts of other files are told: in `+++++ path` blocks, in fields of their own, not at all. */
  readonly snippets: "plusHeader" | "field" | "template" | "none";
  /** Prompt and answer together, where known. */
  readonly contextLength?: TokenCount;
  /** Tokens of prefix and suffix beyond which the server crops without a word. */
  readonly prefixLimit?: TokenCount;
  readonly suffixLimit?: TokenCount;
  /** At most this many stop strings are accepted. */
  readonly maxStops: number;
}

/** An excerpt of another file, chosen and cut by `snippets.ts`. LF line ends. */
export interface ContextSnippet {
  readonly path: string;
  readonly text: string;
  /** 0 to 1; why it was taken is in `origin`. */
  readonly score: number;
  readonly origin: "recentEdit" | "similar" | "definition";
}

/** What every prompt tells of itself, in whatever shape its text is. */
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
  /** Excerpts included, in their order. */
  readonly snippets: readonly ContextSnippet[];
  /** The byte ranges of the document that were sent. */
  readonly prefixBytes: ByteRange;
  readonly suffixBytes: ByteRange;
  /** How many texts that look like secrets were replaced. */
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
      /** llama.cpp's infill: whole lines above, the current line apart, extra files in a field. */
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

/** `invoked`: the user asked by key. Else the client asks by itself while the user types. */
export type Trigger = "automatic" | "invoked";

/** One question to a provider. */
export interface FimRequest {
  readonly site: CompletionSite;
  readonly prompt: FimPrompt;
  readonly trigger: Trigger;
  /** The probabilities of the answer's tokens are of use. */
  readonly wantsProbabilities?: boolean;
}
