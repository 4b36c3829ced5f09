/** What the floors above ask of a session's host, and what it needs. */
import type { HostTrouble } from "./provider/choice-report.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DocumentStore } from "../documents/document-store.ts";
import type { Environment } from "../settings/environment.ts";
import type { Settings } from "../settings/schema.ts";
import type { IndexingProgress, WorkspaceModelStatus } from "../workspace-model/workspace-model.ts";
import type { NextEdits } from "./next-edit/next-edits.ts";
import type { LocalServerDependencies } from "./provider/provider-choice.ts";
import type { Session, SessionObserver } from "./session.ts";

export interface SessionHost {
  readonly session: Session;
  readonly nextEdits: NextEdits;
  /** Applies settings, unless they are those in force; calls follow each other. Never rejects. */
  configure(settings: Settings): Promise<void>;
  /** Applies the settings in force again: reads the key again, forgets cool-downs and "off". */
  renew(): Promise<void>;
  /** Paths of the opened workspace folders. */
  setFolders(folders: readonly string[]): void;
  /** Finds out again what is excluded if one of `paths` is an ignore file. Called at once, before `filesChanged`. */
  reviewExclusion(paths: readonly string[]): void;
  /** Files that were created, changed or deleted behind the editor's back. */
  filesChanged(paths: readonly string[]): void;
  /** `undefined` while there is no workspace model. */
  workspaceModelStatus(): WorkspaceModelStatus | undefined;
  /** What keeps the configured provider from answering. */
  readonly trouble: HostTrouble;
  /** Resolves when the workspace is indexed and the search for a model server on this machine has ended. */
  whenSettled(): Promise<void>;
  /** Writes the usage at once, for a process that is about to end. */
  flushUsage(): void;
  /** Ends everything; pending requests are answered. */
  close(): Promise<void>;
}

export interface SessionHostObserver extends SessionObserver {
  /** A key that is about to be used, for the redactor. */
  onKey?(key: string): void;
  /** While an indexing of the workspace takes more than a second, and at its end. */
  onIndexing?(progress: IndexingProgress): void;
}

export interface SessionHostDependencies extends LocalServerDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly observer: SessionHostObserver;
  readonly environment: Environment;
  /** As in `SessionDependencies`. */
  readonly settings?: Settings;
  /** Where the usage of each day is kept; by default nowhere. */
  readonly stateFolder?: string;
}
