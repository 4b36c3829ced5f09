/** The prompt of a request by key, for commands that send or show one without a session. */
import { buildPrompt } from "../../engine/prompt/build-prompt.ts";
import { completionMode } from "../../engine/prompt/completion-mode.ts";
import type { FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { CompletionSite } from "../../engine/site.ts";
import type { Settings } from "../../settings/schema.ts";

/** Like a session's first prompt, without excerpts of other files. Its path is only the file's name. */
export function invokedPrompt(
  site: CompletionSite,
  shape: PromptShape,
  settings: Settings,
): FimPrompt {
  const { prompt } = buildPrompt(site, {
    shape,
    decision: completionMode(site, { trigger: "invoked" }),
    tokenBudget: settings["prompt.tokenBudget"],
    prefixShare: settings["prompt.prefixShare"],
    path: site.document.uri.split(/[/:]/).at(-1) ?? "",
    maxOutputTokens: settings["provider.maxOutputTokens"],
    stops: settings["provider.stop"],
    masksSecrets: settings["prompt.maskSecrets"],
  });
  return prompt;
}
