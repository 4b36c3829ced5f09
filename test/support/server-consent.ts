/** A user who gives the same answer to every question about a detected model server. */
import { createServerConsent } from "../../server/session/provider/server-consent.ts";
import type { ServerConsent } from "../../server/session/provider/server-consent.ts";
import type { Answer } from "../../server/settings/trust/client-trust.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export function consentOf(answer: Answer): ServerConsent {
  const homeDirectory = temporaryFolder("fim-consent-");
  const places = { environment: {}, homeDirectory, platform: process.platform };
  return createServerConsent(places, {
    ask: () => Promise.resolve(answer),
    tell: () => {},
    note: () => {},
  });
}
