/** Ends an answer at a model's special token: servers leak them, and nothing after one is meant for the user. */
import type { CutStep } from "./step.ts";

/** Of all families; no program contains them by chance. */
const common =
  /<\|(?:fim_\w+|endoftext|end_of_text|file_sep|file_separator|repo_name|im_start|im_end|EOT|cursor|user|assistant|code_\w+)\|>|<｜[^｜\n]{1,30}｜>|<fim_(?:prefix|suffix|middle|pad)>|<\[fim-\w+\]>|\[(?:PREFIX|SUFFIX|MIDDLE)\]/;

export const stopAtSentinel: CutStep = {
  kind: "cut",
  name: "sentinel",
  findCut(text, { sentinels, around }) {
    let end = -1;
    const found = common.exec(text);
    for (const [sentinel, index] of [
      [found?.[0] ?? "", found?.index ?? -1] as const,
      ...sentinels.map((token) => [token, text.indexOf(token)] as const),
    ]) {
      if (index < 0 || (end >= 0 && index >= end)) continue;
      // A tokenizer's own source speaks of them.
      if (around.before.includes(sentinel) || around.after.includes(sentinel)) continue;
      end = index;
    }
    return end < 0 ? undefined : { end, isContinued: false };
  },
};
