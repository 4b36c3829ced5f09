/** What the session is made of; each part is explained in its own file. */
import { defaultSettings, type Settings } from "../settings/schema.ts";
import { AcceptanceLog } from "./typing/acceptance.ts";
import type { LocalSource, SessionDependencies } from "./types.ts";
import { CounterBoard } from "./counters.ts";
import { Debounce } from "./typing/debounce.ts";
import { DocumentStates } from "./typing/document-state.ts";
import { RequestSender } from "./provider/request-sender.ts";
import { createNeighbors, type Neighbors } from "./context/neighbors.ts";
import { RequestGate } from "./request/request-gate.ts";
import { Speculation } from "./provider/speculation.ts";
import { SuggestionCache } from "./request/suggestion-cache.ts";
import { pathInWorkspace } from "../files/uri-path.ts";

export interface SessionParts {
  readonly dependencies: SessionDependencies;
  readonly gate: RequestGate;
  readonly cache: SuggestionCache;
  readonly counters: CounterBoard;
  readonly debounce: Debounce;
  readonly sender: RequestSender;
  readonly neighbors: Neighbors;
  readonly acceptances: AcceptanceLog;
  readonly documentStates: DocumentStates;
  readonly speculation: Speculation;
  settings: Settings;
  localSource: LocalSource | undefined;
}

export function createParts(dependencies: SessionDependencies): SessionParts {
  const cache = new SuggestionCache();
  const counters = new CounterBoard();
  const debounce = new Debounce();
  const { clock, documents, isExcluded = () => false } = dependencies;
  const { isNoContext = isExcluded } = dependencies;
  const { mayBeExcerpt = (uri: string) => !isNoContext(uri) } = dependencies;
  const toPath = dependencies.toPath ?? ((uri: string) => pathInWorkspace(uri, []));
  const neighbors = createNeighbors({ clock, documents, isNoContext, mayBeExcerpt, toPath });
  return {
    dependencies,
    gate: new RequestGate(clock),
    cache,
    counters,
    debounce,
    sender: new RequestSender({ dependencies, cache, counters, debounce, neighbors, toPath }),
    neighbors,
    acceptances: new AcceptanceLog(clock, counters),
    documentStates: new DocumentStates(),
    speculation: new Speculation(),
    settings: dependencies.settings ?? defaultSettings,
    localSource: undefined,
  };
}
