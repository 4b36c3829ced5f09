/**
 * A provider in the test's own process. It gives the script's answers at the script's times. It implements the real
 * interface, so a session cannot distinguish it from one on the network.
 */
import { Aborted } from "../../server/base/abort.ts";
import type { Clock } from "../../server/base/clock.ts";
import type { TokenCount } from "../../server/engine/document.ts";
import type { FimRequest, PromptShape } from "../../server/engine/prompt/prompt.ts";
import type {
  FimEvent,
  FimProvider,
  FinishReason,
  ProviderFacts,
  TokenUsage,
} from "../../server/providers/provider.ts";

/** What one request gets. */
export interface ScriptedAnswer {
  /** Pieces of the middle; each comes `pieceMs` after the one before. */
  readonly text: string | readonly string[];
  /** Of each piece, as one token: where the request asks for them. */
  readonly logprobs?: readonly number[];
  /** All pieces come at once, as from a server that does not stream. */
  readonly isWhole?: boolean;
  /** From the request to the first piece. */
  readonly latencyMs?: number;
  readonly pieceMs?: number;
  readonly finishReason?: FinishReason;
  readonly usage?: TokenUsage;
  /** Thrown after `latencyMs` instead of an answer. */
  readonly error?: Error;
  /** Never answers, and does not end when it is aborted either. */
  readonly isDeaf?: boolean;
}

/** One request as the provider saw it. */
export interface SeenRequest {
  readonly request: FimRequest;
  readonly at: number;
  /** When its signal was aborted. */
  abortedAt: number | undefined;
  /** When its loop was left, by whatever way. */
  endedAt: number | undefined;
}

export interface ScriptedProvider extends FimProvider {
  readonly seen: readonly SeenRequest[];
  /** Requests whose loop has not been left. */
  readonly running: number;
  readonly isClosed: boolean;
}

export interface ScriptedProviderOptions {
  readonly clock: Clock;
  readonly answer: (request: FimRequest, index: number) => ScriptedAnswer;
  readonly name?: string;
  readonly model?: string;
  readonly isMetered?: boolean;
  readonly shape?: Partial<PromptShape>;
  readonly facts?: ProviderFacts;
  /** As an answer's headers would tell it. */
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly readingSpeed?: number;
  /** False for very long runs: `seen` stays empty. */
  readonly isRecording?: boolean;
}

export function createScriptedProvider(options: ScriptedProviderOptions): ScriptedProvider {
  const { clock, answer, isRecording = true } = options;
  let count = 0;
  const seen: SeenRequest[] = [];
  let running = 0;
  let isClosed = false;

  async function* complete(request: FimRequest, signal: AbortSignal): AsyncGenerator<FimEvent> {
    const record: SeenRequest = {
      request,
      at: clock.now(),
      abortedAt: undefined,
      endedAt: undefined,
    };
    if (isRecording) seen.push(record);
    count += 1;
    running += 1;
    const noteAbort = (): void => {
      record.abortedAt = clock.now();
    };
    signal.addEventListener("abort", noteAbort, { once: true });
    try {
      yield* play(answer(request, count - 1), signal, request.wantsProbabilities === true);
    } finally {
      signal.removeEventListener("abort", noteAbort);
      record.endedAt = clock.now();
      running -= 1;
    }
  }

  async function* play(
    script: ScriptedAnswer,
    signal: AbortSignal,
    wantsTokens: boolean,
  ): AsyncGenerator<FimEvent> {
    if (script.isDeaf === true) await new Promise(() => {});
    const pieces = typeof script.text === "string" ? [script.text] : script.text;
    await wait(clock, script.latencyMs ?? 0, signal);
    if (script.error !== undefined) throw script.error;
    const tokens = pieces.map((text, index) => ({
      bytes: Buffer.byteLength(text),
      logprob: script.logprobs?.[index] ?? 0,
    }));
    const isTold = wantsTokens && script.logprobs !== undefined;
    if (script.isWhole === true) {
      yield { kind: "text", text: pieces.join(""), ...(isTold && { tokens }) };
    } else {
      for (const [index, text] of pieces.entries()) {
        if (index > 0) await wait(clock, script.pieceMs ?? 0, signal);
        const own = isTold && { tokens: tokens.slice(index, index + 1) };
        if (text !== "") yield { kind: "text", text, ...own };
      }
    }
    const { finishReason = "stop", usage } = script;
    yield { kind: "end", finishReason, ...(usage === undefined ? {} : { usage }) };
  }

  return {
    name: options.name ?? "scripted",
    model: options.model ?? "script-1",
    endpoint: "http://127.0.0.1:1/v1",
    isMetered: options.isMetered ?? true,
    requestsPerMinute: options.requestsPerMinute,
    tokensPerMinute: options.tokensPerMinute,
    readingSpeed: options.readingSpeed,
    shape: {
      kind: "native",
      order: "suffixFirst",
      snippets: "plusHeader",
      contextLength: 32_768 as TokenCount,
      maxStops: 4,
      ...options.shape,
    },
    seen,
    get running() {
      return running;
    },
    get isClosed() {
      return isClosed;
    },
    warmUp: () => Promise.resolve(options.facts ?? {}),
    complete,
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
}

/** Rejects with the signal's reason, at once when it is aborted. */
function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      timer.cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Aborted("cancelled"));
    };
    const timer = clock.setTimer(() => {
      signal.removeEventListener("abort", fail);
      resolve();
    }, ms);
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}
