import { inject, test } from "vitest";
import { neovimGhostText, neovimMenu } from "./drivers/neovim.ts";
import { editorScenarios } from "./scenarios.ts";
import { completing } from "./support/answers.ts";
import { multiLine, oneLine, type Example } from "./support/documents.ts";
import { inEditor } from "./support/session.ts";

editorScenarios(neovimGhostText);
editorScenarios(neovimMenu);

const { installed } = inject("installed");

/** The sample's own keys, in tmux's names. */
const sampleKeys: readonly (readonly [string, Example, readonly string[], string])[] = [
  ["accepts word after word", oneLine, ["M-Right", "M-Right"], "return left +"],
  ["accepts a word, then the rest", oneLine, ["M-Right", "Tab"], "return left + right;"],
  ["accepts a line", multiLine, ["M-Down"], "class Account {"],
];

/* oxlint-disable vitest/expect-expect */
// Each step is an assertion: it waits for what must be seen.
test.skipIf(installed === undefined).each(sampleKeys)(
  "Neovim's sample %s",
  async (title, { before, typed, shown, after }, keys, text) => {
    if (installed === undefined) return;
    const options = { document: before, answer: completing(after) };
    await inEditor(neovimGhostText, installed, options, title, async (session) => {
      await session.typeAndSee(typed, shown);
      for (const key of keys) await session.screen.keys(key);
      await session.saveAs(before.replace("‸", text));
    });
  },
);

test.skipIf(installed === undefined)("Neovim's sample dismisses the suggestion", async () => {
  if (installed === undefined) return;
  const { before, typed, shown, after } = oneLine;
  const options = { document: before, answer: completing(after) };
  await inEditor(neovimGhostText, installed, options, "dismisses", async (session) => {
    await session.typeAndSee(typed, shown);
    await session.screen.keys("M-e");
    await session.screen.seeNo(shown);
    // without the key it would be Escape and a letter
    await session.screen.see("-- INSERT --");
    await session.saveAs(before.replace("‸", typed));
  });
});
