/** The shape of a prompt for a server that takes one text: the family's template decides. */
import type { PromptShape } from "../engine/prompt/prompt.ts";
import type { FimTemplate } from "../engine/prompt/templates.ts";

/** OpenAI's own limit, which many servers copy. */
const maxStops = 4;

/** Without a template only the prefix is sent: such a model continues, it does not fill in. */
export function renderedShape(template: FimTemplate | undefined): PromptShape {
  return {
    kind: "rendered",
    order: template?.order ?? "prefixFirst",
    snippets: template?.snippet === undefined ? "none" : "template",
    maxStops,
    ...(template && { template }),
  };
}
