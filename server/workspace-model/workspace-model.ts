/**
 * The embedded engine. It learns from the open documents and the workspace's sources, and answers at once, offline,
 * with a calibrated probability. It repeats and adapts text from the workspace; it does not invent. Everything
 * lives in memory: nothing is written to disk, nothing leaves the process.
 */
import type { WorkspaceModel, WorkspaceModelDependencies } from "./types.ts";
import { fittedWeights } from "./predict/fitted-weights.ts";
import { createLearnedWorkspace } from "./learned-workspace.ts";
import { suggestFrom } from "./predict/suggest.ts";

export type {
  IndexingProgress,
  WorkspaceModel,
  WorkspaceModelDependencies,
  WorkspaceModelOptions,
  WorkspaceModelStatus,
} from "./types.ts";
export type { SuggestOptions, WorkspaceSuggestion } from "./predict/suggest.ts";

export function createWorkspaceModel(dependencies: WorkspaceModelDependencies): WorkspaceModel {
  const workspace = createLearnedWorkspace(dependencies);
  return {
    ...workspace,
    suggest(site, options) {
      const query = workspace.query(site);
      return query === undefined ? [] : suggestFrom(query, fittedWeights, options);
    },
  };
}
