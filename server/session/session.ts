/** What the protocol edge and the command line ask of a session. `createSession` is in this file too. */
import type { Offset, OffsetRange } from "../engine/document.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";

export interface SuggestRequest {
  readonly uri: string;
  /** In the document's current snapshot. */
  readonly offset: Offset;
  /** `invoked`: the user asked by key; no debounce, no prefilter. */
  readonly trigger: "automatic" | "invoked";
  /** `menu` is bound by the latency budget; `inline` waits for the provider. */
  readonly surface: "inline" | "menu";
  /** The popup's selected item: the suggestion must extend `text` over `range`. */
  readonly selected?: { readonly range: OffsetRange; readonly text: string };
  readonly hasSelection?: boolean;
}

export interface Session {
  /** Exactly one outcome for each call, never a rejection; `signal` is the client's cancellation. */
  suggest(request: SuggestRequest, signal: AbortSignal): Promise<CompletionOutcome>;
}
