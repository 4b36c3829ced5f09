/** Three policies for when to send a request: ours, and the two that most plugins use. */
import { silentLog } from "../../../server/base/log.ts";
import type { Clock, Timer } from "../../../server/base/clock.ts";
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import type { Offset } from "../../../server/engine/document.ts";
import { answerReader } from "../../../server/engine/postprocess/index.ts";
import type { FimRequest } from "../../../server/engine/prompt/prompt.ts";
import { completionSite } from "../../../server/engine/site.ts";
import type { WindowState } from "../../../server/engine/prompt/window.ts";
import type { FimProvider } from "../../../server/providers/provider.ts";
import type { DocumentStore } from "../../../server/documents/document-store.ts";
import { createSession } from "../../../server/session/session.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";

export interface Policy {
  /** The text to show at the cursor, or `undefined`; `signal` is the editor's cancellation. */
  suggest(uri: string, offset: number, signal: AbortSignal): Promise<string | undefined>;
  /** The editor has inserted what was shown. */
  accepted(uri: string): void;
  close(): Promise<void>;
}

export type PolicyName = "ours" | "cancel-and-resend" | "fixed debounce";
export const policyNames: readonly PolicyName[] = ["ours", "cancel-and-resend", "fixed debounce"];

export interface PolicyParts {
  readonly clock: Clock;
  readonly documents: DocumentStore;
  readonly provider: FimProvider;
}

export function createPolicy(name: PolicyName, parts: PolicyParts): Policy {
  switch (name) {
    case "ours":
      return createOurs(parts);
    case "cancel-and-resend":
      return createResending(parts, 75);
    case "fixed debounce":
      return createResending(parts, 350);
  }
}

function createOurs({ clock, documents, provider }: PolicyParts): Policy {
  const session = createSession({
    clock,
    documents,
    log: silentLog,
    observer: { onNotice: () => {} },
    random: () => 0.5,
  });
  session.configure({ settings: defaultSettings, provider, localSource: undefined });
  return {
    async suggest(uri, offset, signal) {
      const outcome = await session.suggest(
        { uri, offset: offset as Offset, trigger: "automatic", surface: "inline" },
        signal,
      );
      return outcome.kind === "suggested" ? outcome.suggestions[0].insertText : undefined;
    },
    // Ours sees it by itself, from the change.
    accepted: () => {},
    close: () => session.close(),
  };
}

/** Waits `debounceMs` after each key, then asks; the next key cancels whatever runs; nothing is kept. */
function createResending({ clock, documents, provider }: PolicyParts, debounceMs: number): Policy {
  const windows = new Map<string, WindowState>();
  let acceptedRevision: number | undefined;
  return {
    async suggest(uri, offset, signal) {
      await sleep(clock, debounceMs, signal);
      const document = documents.get(uri, offset as Offset);
      if (signal.aborted || document === undefined) return undefined;
      const site = completionSite(document, offset as Offset);
      const built = buildPrompt(
        site,
        {
          shape: provider.shape,
          decision: completionMode(site, {
            trigger: "automatic",
            hasJustAccepted: document.revision === acceptedRevision,
          }),
          tokenBudget: defaultSettings["prompt.tokenBudget"],
          prefixShare: defaultSettings["prompt.prefixShare"],
          path: "file",
        },
        windows.get(uri),
      );
      windows.set(uri, built.windows);
      const request: FimRequest = { site, prompt: built.prompt, trigger: "automatic" };
      const reader = answerReader(site, built.prompt);
      try {
        for await (const event of provider.complete(request, signal)) {
          if (event.kind === "end" || reader.push(event.text)) break;
        }
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
      const result = reader.finish("stop");
      return result.kind === "kept" ? result.insertText : undefined;
    },
    accepted(uri) {
      acceptedRevision = documents.get(uri)?.revision;
    },
    close: () => Promise.resolve(),
  };
}

function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer: Timer = clock.setTimer(end, ms);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}
