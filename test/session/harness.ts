/** A session on a virtual clock with a scripted provider, and an editor that types into it. */
import { silentLog, type Log } from "../../server/base/log.ts";
import type { Offset } from "../../server/engine/document.ts";
import { fullAccess } from "../../server/files/ignore/file-access.ts";
import type { CompletionOutcome } from "../../server/engine/outcome.ts";
import type { FimRequest } from "../../server/engine/prompt/prompt.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import type { LocalSource, ProviderNotice } from "../../server/session/session.ts";
import { createSession, type Session, type SuggestRequest } from "../../server/session/session.ts";
import { defaultSettings, type Settings } from "../../server/settings/schema.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import {
  createScriptedProvider,
  type ScriptedAnswer,
  type ScriptedProvider,
  type ScriptedProviderOptions,
} from "../support/scripted-provider.ts";

export interface Harness {
  readonly clock: FakeClock;
  readonly session: Session;
  readonly provider: ScriptedProvider;
  readonly notices: ProviderNotice[];
  readonly editor: Editor;
  /** Another document of the same session. */
  readonly open: (uri: string, marked: string, languageId?: string) => Editor;
  readonly close: () => Promise<void>;
}

export interface HarnessOptions {
  /** The document, with `‸` where the cursor stands. */
  readonly text: string;
  readonly languageId?: string;
  /** What the provider answers, by request; a string is an answer after 100 ms. */
  readonly answer?: (request: FimRequest, index: number) => ScriptedAnswer | string;
  readonly provider?: Partial<ScriptedProviderOptions>;
  readonly settings?: Partial<Settings>;
  readonly localSource?: LocalSource;
  readonly hasProvider?: boolean;
  readonly isExcluded?: (uri: string) => boolean;
  readonly isReadOnly?: (uri: string) => boolean;
  readonly whenExclusionKnown?: (uri: string) => Promise<boolean> | undefined;
  readonly log?: Log;
  readonly clock?: FakeClock;
}

/** One document and its cursor. */
export interface Editor {
  readonly uri: string;
  readonly text: string;
  readonly cursor: number;
  /** Inserts at the cursor, as one change. */
  type(text: string): void;
  /** Inserts at the cursor and leaves the cursor before the last `behind` units. */
  typeWithCloser(text: string, closer: string): void;
  backspace(count?: number): void;
  moveTo(offset: number): void;
  /** Replaces `[start, end)`; the cursor moves along. */
  edit(start: number, end: number, text: string): void;
  ask(request?: Partial<SuggestRequest>, signal?: AbortSignal): Promise<CompletionOutcome>;
}

export const latency = 100;

export async function createHarness(options: HarnessOptions): Promise<Harness> {
  const { clock = createFakeClock() } = options;
  const documents = createDocumentStore();
  const notices: ProviderNotice[] = [];
  const { answer = () => "", isExcluded, isReadOnly, whenExclusionKnown } = options;
  const provider = createScriptedProvider({
    clock,
    ...options.provider,
    answer: (request, index) => {
      const scripted = answer(request, index);
      return typeof scripted === "string" ? { text: scripted, latencyMs: latency } : scripted;
    },
  });
  const session = createSession({
    clock,
    log: options.log ?? silentLog,
    documents,
    observer: { onNotice: (notice) => notices.push(notice) },
    random: () => 0.5,
    access: {
      of: (uri) => {
        const mayRead = isExcluded?.(uri) !== true;
        const mayEdit = isReadOnly?.(uri) !== true;
        return { ...fullAccess, maySend: mayRead, mayLearn: mayRead, mayQuote: mayRead, mayEdit };
      },
      whenKnown: (uri) => whenExclusionKnown?.(uri),
    },
  });
  session.configure({
    settings: { ...defaultSettings, ...options.settings },
    provider: options.hasProvider === false ? undefined : provider,
    localSource: options.localSource,
  });
  await clock.settle();
  const open = (uri: string, marked: string, languageId = "typescript"): Editor =>
    createEditor(session, uri, marked, languageId);
  const editor = open("file:///a.ts", options.text, options.languageId);
  const close = (): Promise<void> => session.close();
  return { clock, session, provider, notices, editor, open, close };
}

function createEditor(session: Session, uri: string, marked: string, languageId: string): Editor {
  const { documents } = session;
  let cursor = marked.indexOf("‸");
  let version = 1;
  documents.open({ uri, languageId, version, text: marked.replace("‸", "") });

  function edit(start: number, end: number, text: string): void {
    version += 1;
    documents.change(uri, version, [{ text, toRange: () => ({ start, end }) }]);
    if (cursor >= end) cursor += text.length - (end - start);
    else if (cursor > start) cursor = start + text.length;
  }

  return {
    uri,
    get text() {
      return (documents.get(uri)?.text ?? "").slice(0);
    },
    get cursor() {
      return cursor;
    },
    type: (text) => edit(cursor, cursor, text),
    typeWithCloser(text, closer) {
      edit(cursor, cursor, text + closer);
      cursor -= closer.length;
    },
    backspace: (count = 1) => edit(cursor - count, cursor, ""),
    moveTo(offset) {
      cursor = offset;
    },
    edit,
    ask: (request = {}, signal = new AbortController().signal) =>
      session.suggest(
        { uri, offset: cursor as Offset, trigger: "automatic", surface: "inline", ...request },
        signal,
      ),
  };
}

/** The document after accepting the first suggestion; the outcome's kind and reason where there is none. */
export function applied(text: string, outcome: CompletionOutcome): string {
  if (outcome.kind === "skipped" || outcome.kind === "dropped") {
    return `${outcome.kind}: ${outcome.reason}`;
  }
  if (outcome.kind !== "suggested") return outcome.kind;
  const [{ offset, insertText, replacedLength }] = outcome.suggestions;
  return text.slice(0, offset) + insertText + text.slice(offset + replacedLength);
}

/** What is offered, or why nothing is. */
export function offered(outcome: CompletionOutcome): string {
  if (outcome.kind === "suggested") return outcome.suggestions[0].insertText;
  return applied("", outcome);
}
