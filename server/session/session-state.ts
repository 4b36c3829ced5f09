/** What the session is made of; each part is explained in its own file. */
import { defaultSettings, type Settings } from "../settings/schema.ts";
import { AcceptanceLog } from "./typing/acceptance.ts";
import type { InstantSource, SessionDependencies } from "./types.ts";
import { CounterBoard } from "./counters.ts";
import { Debounce } from "./typing/debounce.ts";
import { Desks } from "./typing/document-state.ts";
import { Dispatch } from "./provider/request-sender.ts";
import { createNeighbors, type Neighbors } from "./context/neighbors.ts";
import { RequestGate } from "./request/request-gate.ts";
import { Speculation } from "./provider/speculation.ts";
import { SuggestionCache } from "./request/suggestion-cache.ts";
import { toldPath } from "../files/told-path.ts";
import { TypingTrace } from "./typing/typing-trace.ts";

export interface SessionParts {
  readonly dependencies: SessionDependencies;
  readonly gate: RequestGate;
  readonly cache: SuggestionCache;
  readonly counters: CounterBoard;
  readonly debounce: Debounce;
  readonly dispatch: Dispatch;
  readonly neighbors: Neighbors;
  readonly acceptances: AcceptanceLog;
  readonly desks: Desks;
  readonly speculation: Speculation;
  readonly trace: TypingTrace;
  settings: Settings;
  instantSource: InstantSource | undefined;
}

export function createParts(dependencies: SessionDependencies): SessionParts {
  const cache = new SuggestionCache();
  const counters = new CounterBoard();
  const debounce = new Debounce();
  const { clock, documents, isExcluded = () => false } = dependencies;
  const { isNoContext = isExcluded } = dependencies;
  const { mayBeExcerpt = (uri: string) => !isNoContext(uri) } = dependencies;
  const toPath = dependencies.toPath ?? ((uri: string) => toldPath(uri, []));
  const neighbors = createNeighbors({ clock, documents, isNoContext, mayBeExcerpt, toPath });
  return {
    dependencies,
    gate: new RequestGate(clock),
    cache,
    counters,
    debounce,
    dispatch: new Dispatch({ dependencies, cache, counters, debounce, neighbors, toPath }),
    neighbors,
    acceptances: new AcceptanceLog(clock, counters),
    desks: new Desks(),
    speculation: new Speculation(),
    trace: new TypingTrace(dependencies),
    settings: dependencies.settings ?? defaultSettings,
    instantSource: undefined,
  };
}
