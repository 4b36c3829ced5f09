/**
 * Makes a prompt and the reader of its answer out of a site, the settings and what is remembered for the
 * next prompt: the windows of each document, and how many tokens the model makes of a text.
 */
import { LruCache } from "../../base/lru.ts";
import { confidentReader } from "../../engine/confidence/confident-reader.ts";
import type { Demand } from "../../engine/confidence/likely-text.ts";
import { buildPrompt } from "../../engine/prompt/build-prompt.ts";
import { completionMode } from "../../engine/prompt/completion-mode.ts";
import type { DocumentSnapshot, Offset } from "../../engine/document.ts";
import { fitToSpeed } from "../../engine/prompt/fit-to-speed.ts";
import { answerReader, type LastEdit } from "../../engine/postprocess/index.ts";
import type { ContextSnippet, FimPrompt, Trigger } from "../../engine/prompt/prompt.ts";
import { completionSite, type CompletionSite } from "../../engine/site.ts";
import { calibrate } from "../../engine/prompt/tokens.ts";
import type { WindowState } from "../../engine/prompt/window.ts";
import type { FimProvider, TokenUsage } from "../../providers/provider.ts";
import type { Settings } from "../../settings/schema.ts";
import { withInserted } from "../request/ask.ts";
import type { PreparedRequest } from "./in-flight-request.ts";

export interface PromptFacts {
  readonly trigger: Trigger;
  /** The text before the cursor is a suggestion that was accepted just now. */
  readonly hasJustAccepted: boolean;
  readonly lastEdit: LastEdit | undefined;
  /** Excerpts of other files, gathered when idle. */
  readonly snippets: readonly ContextSnippet[];
  /** What the model is given as text before the document, as the cells of a notebook above this one. */
  readonly textAbove: string;
  /** As it stands in the prompt. */
  readonly path: string;
  /** What the answer has to be; `undefined`: everything is shown. */
  readonly demand: Demand | undefined;
  /** In the model, as in `lineProbabilities`. */
  readonly trust: number;
  /** The steps record what they do. */
  readonly isTraced?: boolean;
}

/** Documents whose windows are remembered. */
const maxDocuments = 200;

export class Prompter {
  readonly #windows = new LruCache<string, WindowState>({ maxEntries: maxDocuments });
  readonly #calibrations = new LruCache<string, number>({ maxEntries: maxDocuments });

  prepare(
    site: CompletionSite,
    provider: FimProvider,
    settings: Settings,
    facts: PromptFacts,
  ): PreparedRequest {
    const { uri } = site.document;
    const { shape } = provider;
    const budget = fitToSpeed(
      {
        tokenBudget: settings["prompt.tokenBudget"],
        prefixShare: settings["prompt.prefixShare"],
      },
      shape.order,
      provider.readingSpeed,
    );
    const options = {
      shape,
      decision: completionMode(site, facts),
      tokenBudget: budget.tokenBudget,
      prefixShare: budget.prefixShare,
      path: facts.path,
      snippets: settings["prompt.snippets"] && budget.takesSnippets ? facts.snippets : [],
      calibration: this.#calibration(provider, site.document),
      maxOutputTokens: settings["provider.maxOutputTokens"],
      stops: settings["provider.stop"],
      masksSecrets: settings["prompt.maskSecrets"],
    };
    const promptSite = withTextAbove(site, facts.textAbove);
    const { prompt, windows } = buildPrompt(promptSite, options, this.#windows.get(uri));
    this.#windows.set(uri, windows);
    const { lastEdit, trigger, demand, trust, isTraced = false } = facts;
    const steps = answerReader(site, prompt, {
      sentinels: shape.template?.sentinels ?? [],
      isTraced,
      ...(lastEdit === undefined ? {} : { lastEdit }),
    });
    const reader = confidentReader(steps, { site, prompt, demand, trust });
    const wantsProbabilities = demand !== undefined;
    return { request: { site, prompt, trigger, wantsProbabilities }, reader };
  }

  /** Learns from what was billed for `prompt`. */
  noteUsage(
    provider: FimProvider,
    document: DocumentSnapshot,
    prompt: FimPrompt,
    usage: TokenUsage,
  ): void {
    const uncalibrated = prompt.estimatedTokens / this.#calibration(provider, document);
    for (const key of calibrationKeys(provider, document)) {
      const known = this.#calibrations.get(key);
      this.#calibrations.set(key, calibrate(known, uncalibrated, usage.promptTokens));
    }
  }

  forget(uri: string): void {
    this.#windows.delete(uri);
  }

  clear(): void {
    this.#windows.clear();
  }

  /** The calibration of the file itself, else that of its language. */
  #calibration(provider: FimProvider, document: DocumentSnapshot): number {
    for (const key of calibrationKeys(provider, document)) {
      const known = this.#calibrations.get(key);
      if (known !== undefined) return known;
    }
    return 1;
  }
}

/** For the prompt alone: what is done with the answer counts in the document. */
function withTextAbove(site: CompletionSite, above: string): CompletionSite {
  if (above === "") return site;
  const start = 0 as Offset;
  const document = withInserted(site.document, start, start, above);
  return completionSite(document, (above.length + site.offset) as Offset);
}

/** The file first, then its language, for one model. */
function calibrationKeys(provider: FimProvider, document: DocumentSnapshot): readonly string[] {
  const language = `${provider.model} ${document.languageId}`;
  return [`${language} ${document.uri}`, language];
}
