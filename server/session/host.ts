/**
 * A session with all that belongs to it: the provider that the settings choose, the workspace model, the
 * files that may never be sent. What is heavy is loaded when the first settings arrive, not at the start.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Environment } from "../settings/environment.ts";
import type { Settings } from "../settings/schema.ts";
import type { DocumentStore } from "./documents.ts";
import { createSession, type Session, type SessionObserver } from "./session.ts";

export interface SessionHost {
  readonly session: Session;
  /** True once `configure` has been through: until then there is nothing to ask. */
  readonly isReady: boolean;
  /** Resolves when `isReady` is true. */
  readonly ready: Promise<void>;
  /** Applies settings; calls follow each other, and the last one wins. */
  configure(settings: Settings): Promise<void>;
  /** Paths of the opened workspace folders. */
  setFolders(folders: readonly string[]): void;
  /** Files that were created, changed or deleted behind the editor's back. */
  filesChanged(paths: readonly string[]): void;
  /** Ends everything; pending requests are answered. */
  close(): Promise<void>;
}

export interface SessionHostDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly observer: SessionObserver;
  readonly environment: Environment;
}

export function createSessionHost(dependencies: SessionHostDependencies): SessionHost {
  const { clock, log, documents, observer } = dependencies;
  const session = createSession({ clock, log, documents, observer });
  let isReady = false;
  let markReady: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  return {
    session,
    get isReady() {
      return isReady;
    },
    ready,
    configure(settings) {
      session.configure({ settings, provider: undefined, instantSource: undefined });
      isReady = true;
      markReady?.();
      return Promise.resolve();
    },
    setFolders: () => {},
    filesChanged: () => {},
    close: () => session.close(),
  };
}
