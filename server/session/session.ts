/** What the protocol edge and the command line ask of a session. */
import type { Session, SessionConfiguration, SessionDependencies } from "./contract.ts";

export type {
  InstantSource,
  InstantSuggestion,
  ProviderNotice,
  Session,
  SessionConfiguration,
  SessionDependencies,
  SessionObserver,
  SuggestRequest,
} from "./contract.ts";

export function createSession(dependencies: SessionDependencies): Session {
  let isEnabled = true;
  let configuration: SessionConfiguration | undefined;
  return {
    documents: dependencies.documents,
    get isEnabled() {
      return isEnabled;
    },
    suggest: async () => ({ kind: "skipped", reason: isEnabled ? "providerOff" : "disabled" }),
    accepted: () => {},
    configure: (next) => {
      configuration = next;
    },
    setEnabled: (value) => {
      isEnabled = value;
    },
    clearCache: () => {},
    status: () => ({
      isEnabled,
      provider: undefined,
      hasWorkspaceModel: configuration?.instantSource !== undefined,
      lastOutcome: undefined,
      counters: {
        asked: 0,
        requests: 0,
        joined: 0,
        fromCache: 0,
        typedThrough: 0,
        cancelled: 0,
        shown: 0,
        accepted: 0,
        charactersAccepted: 0,
        retained: 0,
        judged: 0,
        tokensIn: 0,
        cachedTokensIn: 0,
        tokensOut: 0,
        lateTokens: 0,
        estimatedCost: undefined,
      },
      cache: { entries: 0, bytes: 0 },
      inFlight: 0,
    }),
    close: async () => {
      await configuration?.provider?.close();
    },
  };
}
