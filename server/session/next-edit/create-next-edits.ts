/** The next edit with its sources: the open documents, the index of the workspace and the disk. */
import * as nodeFiles from "node:fs/promises";
import { pathToFileURL } from "node:url";

import type { Clock } from "../../base/clock.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import { Disk } from "../../files/disk.ts";
import type { FileAccessRules } from "../../files/ignore/file-access.ts";
import type { WorkspaceModel } from "../../workspace-model/workspace-model.ts";
import { NextEdits } from "./next-edits.ts";

export interface NextEditSources {
  readonly clock: Clock;
  readonly documents: DocumentStore;
  readonly access: FileAccessRules;
  readonly model: () => WorkspaceModel | undefined;
  readonly isEnabled: () => boolean;
  /** Whether files that are not open may be proposed in. */
  readonly readsFiles: () => boolean;
}

export function createNextEdits(sources: NextEditSources): NextEdits {
  const { clock, documents, access, model, isEnabled, readsFiles } = sources;
  const disk = new Disk(nodeFiles, clock);
  const mayChange = (uri: string): boolean => {
    const { maySend, mayEdit } = access.of(uri);
    return maySend && mayEdit;
  };
  return new NextEdits({
    clock,
    documents,
    mayEdit: mayChange,
    async readFile(path) {
      if (!readsFiles()) return undefined;
      const uri = pathToFileURL(path).href;
      await access.whenKnown(uri);
      if (!mayChange(uri)) return undefined;
      const source = await disk.readSource(path, undefined);
      return source.kind === "source" ? source.text : undefined;
    },
    filesWith: (words, document) => model()?.filesWith(words, document),
    isEnabled,
    whenKnown: (uri) => access.whenKnown(uri),
  });
}
