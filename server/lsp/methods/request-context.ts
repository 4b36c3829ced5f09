/** What request handlers share once the client is known. */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import type { SessionHost } from "../../session/host.ts";
import type { Settings } from "../../settings/schema.ts";
import type { ClientProfile, InlinePainting } from "../client/client-profile.ts";
import type { Client } from "../client/client.ts";
import type { OwnFiles } from "../own-files.ts";
import type { PositionEncoding } from "../position.ts";

export interface RequestContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly host: SessionHost;
  readonly ownFiles: OwnFiles;
  /** Fixed by the answer to `initialize`. How this client counts; vim-lsp counts differently than it announces. */
  readonly encoding: PositionEncoding;
  readonly readsMarkdown: boolean;
  readonly inlinePainting: InlinePainting;
  readonly resolvesActionEdits: boolean;
  /** The client shows the state that `fim/status` tells. */
  readonly showsState: boolean;
  readonly redact: (text: string) => string;
  /** As they are now. */
  readonly settings: Settings;
  readonly profile: ClientProfile;
  readonly usage: {
    /** Resolves to the file's path. @throws if it cannot be written */
    writePage(): Promise<string>;
  };
}
