/** A session with default settings and a scripted provider, without the workspace model. */
import type { Clock } from "../../../server/base/clock.ts";
import { silentLog } from "../../../server/base/log.ts";
import type { FimProvider } from "../../../server/providers/provider.ts";
import type { DocumentStore } from "../../../server/documents/document-store.ts";
import { createSession, type Session } from "../../../server/session/session.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";

export function openSession(
  clock: Clock,
  documents: DocumentStore,
  provider: FimProvider,
): Session {
  const session = createSession({
    clock,
    documents,
    log: silentLog,
    observer: { onNotice: () => {} },
  });
  session.configure({ settings: defaultSettings, provider, localSource: undefined });
  return session;
}
