/**
 * Makes the README's picture: VS Code with the packed extension, and ghost text of several lines in it.
 *
 *   npx tsx test/editors/picture.ts [FILE.png]
 *
 * What is suggested is an answer that a real model gave at this place (`test/fixtures/recorded/`).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { middle } from "../support/fim-answers.ts";
import { readRecordedAnswers } from "../support/recorded-answers.ts";
import { obtainVsCode } from "./acquire/vscode.ts";
import { vscode } from "./drivers/vscode.ts";
import { closeBrowser } from "./support/browser.ts";
import { installPackedExtension } from "./support/packed-extension.ts";
import { inEditor } from "./support/session.ts";

const place = "recipe-book/server/recipes.ts:63:block";
/** The open file, from its tab to below the place; the side bar and the notifications are outside. */
const codeArea = { x: 323, y: 36, width: 740, height: 484 };
const target = resolve(process.argv[2] ?? ".github/ghost-text.png");

async function makePicture(): Promise<void> {
  const recorded = readRecordedAnswers().find(({ id }) => id === place);
  if (recorded === undefined) throw new Error(`${place} is not among the recorded answers`);
  const { text, start, answer } = recorded;
  // A new line is typed, as a person would do it: VS Code indents it and asks.
  const document = `${text.slice(0, start).trimEnd()}‸${text.slice(start)}`;
  const folder = await mkdtemp(join(tmpdir(), "fim-picture-"));
  try {
    const installed = await obtainVsCode();
    const extension = await installPackedExtension(folder, installed);
    const options = {
      document,
      answer: middle(answer),
      fileName: "recipes.ts",
    };
    await inEditor(
      vscode,
      { vscode: installed, extension },
      options,
      "picture",
      async (session) => {
        await session.typeAndSee("\n", "updatedAt: row.updated_at");
        await session.screen.capture?.(target, codeArea);
      },
    );
  } finally {
    await closeBrowser();
    await rm(folder, { recursive: true, force: true });
  }
}

await makePicture();
