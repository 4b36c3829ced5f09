/**
 * From what a model writes to the document after the suggestion was accepted: one golden file a language. A
 * case's settings are `trigger`, `accepted`, `end` (how the stream ended), `eol` and `removed` (by the last edit).
 */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { answerReader, type AnswerEnd } from "../../server/engine/postprocess/index.ts";
import { applyInsertion, formatOutput, parseInput, parseOutput } from "../support/notation.ts";
import { promptAt, siteAt } from "../support/engine-site.ts";
import {
  isUpdating,
  readGolden,
  requireSection,
  sectionText,
  updateGolden,
  type GoldenCase,
  type GoldenSection,
} from "../support/golden.ts";

const folder = fileURLToPath(new URL("../fixtures/answers/", import.meta.url));

const files = readGolden(folder);
if (isUpdating) for (const file of files) updateGolden(file, produce);

describe.each(files)("$name", ({ cases }) => {
  test.each(cases)("$title", (golden) => {
    for (const { name, text } of isUpdating ? [] : produce(golden)) {
      expect(`${name}: ${text}`).toBe(`${name}: ${sectionText(golden, name)}`);
    }
    checkPieces(golden);
  });
});

function produce(golden: GoldenCase): readonly GoldenSection[] {
  const asked = ask(golden);
  const result = asked.read([asked.middle]);
  const { mode, modeReason, mayPromote } = asked.prompt;
  const modeText = `${mode} ${modeReason}${mayPromote ? " (may promote)" : ""}`;
  const expected =
    result.kind === "kept" ? formatOutput(asked.input, result) : `dropped: ${result.reason}`;
  return [
    { name: "mode", argument: "", text: modeText },
    { name: "expected", argument: "", text: expected.replaceAll("\r\n", "\n") },
  ];
}

/** The size of the pieces changes nothing, and the edit without replacing gives the same document. */
function checkPieces(golden: GoldenCase): void {
  const asked = ask(golden);
  const whole = asked.read([asked.middle]);
  for (const size of [1, 7]) {
    const pieces = asked.middle.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    const result = asked.read(pieces);
    expect({ ...result, rest: "" }).toEqual({ ...whole, rest: "" });
  }
  if (whole.kind === "dropped") return;
  const { text, offset } = parseOutput(formatOutput(asked.input, whole));
  expect({ text, offset }).toEqual(asked.input);
  if (
    whole.insertOnlyText === undefined ||
    !whole.insertText.endsWith(replaced(asked.input, whole.replacedLength))
  )
    return;
  const insertOnly = { insertText: whole.insertOnlyText, replacedLength: 0 };
  expect(applyInsertion(asked.input, insertOnly)).toBe(applyInsertion(asked.input, whole));
}

function replaced({ text, offset }: { text: string; offset: number }, length: number): string {
  return text.slice(offset, offset + length);
}

function ask(golden: GoldenCase) {
  const settings = settingsOf(golden);
  const section = requireSection(golden, "document");
  const marked = settings["eol"] === "crlf" ? section.text.replaceAll("\n", "\r\n") : section.text;
  const input = parseInput(marked);
  const middle = requireSection(golden, "middle").text;
  const site = siteAt(input, section.argument);
  const prompt = promptAt(site, {
    trigger: settings["trigger"] === "invoked" ? "invoked" : "automatic",
    hasJustAccepted: settings["accepted"] === "true",
  });
  const { removed } = settings;
  const read = (pieces: readonly string[]) => {
    const lastEdit = removed === undefined ? {} : { lastEdit: { removed, inserted: "" } };
    const reader = answerReader(site, prompt, lastEdit);
    for (const piece of pieces) if (reader.push(piece)) break;
    return reader.finish((settings["end"] ?? "stop") as AnswerEnd);
  };
  return { input, middle, prompt, read };
}

function settingsOf(golden: GoldenCase): Record<string, string> {
  const lines = (sectionText(golden, "settings") ?? "").split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => line.split(": ") as [string, string]));
}
