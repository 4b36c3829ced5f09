import { inject, test } from "vitest";
import { vimAle } from "./drivers/vim.ts";
import { editorScenarios } from "./scenarios.ts";
import { completing } from "./support/answers.ts";
import { inEditor } from "./support/session.ts";

editorScenarios(vimAle);

const { installed } = inject("installed");
const patient = { FIM_COMPLETION_LATENCY_BUDGET_MS: "15000" };

/* oxlint-disable vitest/expect-expect */
// ALE has a list of default linters for each of these, and ours is in none of them.
test.skipIf(installed === undefined).each([
  ["main.py", "def add(left, right):\n    ‸\n", "return le", "ft + right"],
  [
    "main.go",
    "package main\n\nfunc add(left, right int) int {\n\t‸\n}\n",
    "return le",
    "ft + right",
  ],
  ["main.rs", "fn add(left: i32, right: i32) -> i32 {\n    ‸\n}\n", "return le", "ft + right;"],
])("ALE suggests in %s beside its default linters", async (fileName, document, typed, rest) => {
  if (installed === undefined) return;
  const after = document.replace("‸", typed + rest);
  const options = { document, fileName, answer: completing(after), env: patient };
  await inEditor(vimAle, installed, options, fileName, async (session) => {
    await session.typeAndSee(typed, rest);
    await session.accept();
    await session.saveAs(after);
  });
});
