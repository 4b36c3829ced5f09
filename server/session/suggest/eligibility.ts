/** Where nothing is ever suggested, and where an automatic request is not worth sending. */
import { completionMode } from "../../engine/prompt/completion-mode.ts";
import type { SkipReason } from "../../engine/outcome.ts";
import type { DocumentSnapshot } from "../../engine/document.ts";
import type { CompletionSite } from "../../engine/site.ts";
import { shouldComplete, unwantedText } from "../../engine/prompt/trigger.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import type { FileAccessRules } from "../../files/ignore/file-access.ts";
import type { Ask } from "../request/ask.ts";
import type { InForce, SuggestRequest } from "../types.ts";
import type { Typing } from "../typing/typing.ts";
import type { Switches } from "./switches.ts";

export interface EligibilityDependencies {
  readonly documents: DocumentStore;
  readonly typing: Typing;
  readonly inForce: InForce;
  readonly access: FileAccessRules;
  /** Of a notebook's cell: what stands in the cells above it. */
  readonly textAbove: (document: DocumentSnapshot) => string;
  readonly switches: Pick<Switches, "whyNot">;
}

export class Eligibility {
  readonly #dependencies: EligibilityDependencies;

  constructor(dependencies: EligibilityDependencies) {
    this.#dependencies = dependencies;
  }

  /** Why the request's document gets no suggestion, by this trigger; asked before anything else, the disk too. */
  whyNeverHere({ uri, trigger }: SuggestRequest): SkipReason | undefined {
    const { documents, inForce, switches } = this.#dependencies;
    const { settings } = inForce;
    const document = documents.get(uri);
    if (document === undefined) return "unknownDocument";
    if (documents.isDirty(uri)) return "dirtyDocument";
    if (trigger === "invoked") return undefined;
    const switchedOff = switches.whyNot(document);
    if (switchedOff !== undefined) return switchedOff;
    if (!settings["trigger.automatic"]) return "automaticOff";
    // UTF-16 units are never more than bytes: a document that passes may be larger, never much smaller.
    return document.text.length > settings["files.maxBytes"] ? "oversizedDocument" : undefined;
  }

  /** Why nothing new is suggested in this comment or string. */
  whyNotInText({ request, site }: Ask): SkipReason | undefined {
    if (request.trigger === "invoked") return undefined;
    const { settings } = this.#dependencies.inForce;
    const inComments = settings["trigger.inComments"];
    return unwantedText(site, { inComments, inStrings: settings["trigger.inStrings"] });
  }

  /** `undefined` if `maySend` is up to date. Else resolves soon: to false if the disk has not answered. */
  whenKnown(uri: string): Promise<boolean> | undefined {
    return this.#dependencies.access.whenKnown(uri);
  }

  /** False for a file that is excluded, and while the disk has not answered. */
  maySend(uri: string): boolean {
    return this.#dependencies.access.of(uri).maySend;
  }

  /** Why a model is not asked at this place. A request by key is never held back. */
  whyNotWorthAsking({ request, site, snapshot }: Ask): SkipReason | undefined {
    if (request.trigger === "invoked") return undefined;
    const { typing, inForce, access, textAbove } = this.#dependencies;
    const { settings } = inForce;
    const { lastChange, acceptedRevision, endedRevision } = typing.of(request.uri);
    const hasJustAccepted = acceptedRevision === snapshot.revision;
    if (endedRevision === snapshot.revision && isLineOver(site, hasJustAccepted)) {
      return "recentlyEmpty";
    }
    const facts = {
      hasSelection: request.hasSelection === true,
      hasTextAbove: textAbove(snapshot) !== "",
      isReadOnly: !access.of(request.uri).mayEdit,
      isAfterDeletion: lastChange?.kind === "deletion",
    };
    return shouldComplete(site, facts, {
      skipMidWord: settings["trigger.skipMidWord"],
      skipMidLine: settings["trigger.skipMidLine"],
      skipStatementClosed: settings["trigger.skipStatementClosed"],
      skipDeletion: settings["trigger.skipDeletion"],
      skipSelection: settings["trigger.skipSelection"],
      skipReadOnly: settings["trigger.skipReadOnly"],
    });
  }
}

/** A model that has just ended the line by itself has no more to say, unless it is asked for the next lines. */
export function isLineOver(site: CompletionSite, hasJustAccepted: boolean): boolean {
  const { mode, mayPromote } = completionMode(site, { trigger: "automatic", hasJustAccepted });
  return mode === "singleLine" && !mayPromote;
}
