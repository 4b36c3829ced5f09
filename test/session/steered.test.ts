/** What the user steers: comments, strings and the number of lines, at places of recorded sources. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { toOffset } from "../../server/engine/document.ts";
import type { CompletionOutcome } from "../../server/engine/outcome.ts";
import { languageOf } from "../../server/engine/languages/language-of.ts";
import { completionSite } from "../../server/engine/site.ts";
import { unwantedText } from "../../server/engine/prompt/trigger.ts";
import { createHarness, offered } from "./harness.ts";
import { documentOf } from "../support/engine-site.ts";

type Kind = "comment" | "string" | "code";

interface Place {
  readonly file: string;
  readonly offset: number;
  readonly kind: Kind;
}

const folder = fileURLToPath(new URL("../fixtures/recorded/sources", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  // In a shell script a line alone does not tell: it may be awk's, or a here-document's.
  .filter((name) => name.endsWith(".txt") && !name.endsWith(".sh.txt"))
  .toSorted();
const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));

/**
 * Places whose kind a reader sees in the line alone: a whole line of comment, a text between the only two
 * quotes of a line, a line of code without quotes and without any sign of a comment.
 */
function placesOf(file: string, text: string): Place[] {
  const { lineComments } = languageOf("", file.replace(/\.txt$/, ""));
  const sign = lineComments[0];
  const places: Place[] = [];
  let start = 0;
  // In a docstring or a block comment a line alone does not tell.
  let isInBlock = false;
  for (const line of text.split("\n")) {
    const at = (column: number, kind: Kind): void => {
      places.push({ file, offset: start + column, kind });
    };
    if (isBlockEdge(line)) isInBlock = !isInBlock;
    else if (!isInBlock && sign !== undefined) {
      const quoted = /^[^"'#/;%-]*(?<![\w'])"([^"'\\#${/]{3,})"[^"'#/;%-]*$/.exec(line);
      if (line.trimStart().startsWith(sign)) at(line.trimEnd().length, "comment");
      else if (quoted?.[1] !== undefined) at(line.indexOf('"') + 2, "string");
      else if (/^[^"'#/;%`-]*\w[^"'#/;%`-]*$/.test(line)) at(line.trimEnd().length, "code");
    }
    start += line.length + 1;
  }
  return places;
}

/** A docstring, a block comment or a here-document begins or ends here. */
function isBlockEdge(line: string): boolean {
  const isOdd = (sign: RegExp): boolean => (line.match(sign)?.length ?? 0) % 2 === 1;
  return (
    [/"/g, /`/g, /\/\*|\*\//g, /<!--|-->/g, /\{-|-\}/g, /--\[\[|--\]\]/g].some(isOdd) ||
    /<<[~-]?[A-Z]{3,}|^\s*[A-Z]{3,}$/.test(line)
  );
}

const places = files.flatMap((file) => placesOf(file, texts.get(file) ?? ""));

function reasonAt({ file, offset }: Place, wanted: Parameters<typeof unwantedText>[1]) {
  const text = texts.get(file) ?? "";
  const document = documentOf(text, file.replace(/\.txt$/, ""));
  return unwantedText(completionSite(document, toOffset(text, offset)), wanted);
}

function wrong(unwanted: Kind, reason: string): readonly unknown[] {
  const wanted = { inComments: unwanted !== "comment", inStrings: unwanted !== "string" };
  return places
    .map((place) => ({ place, reason: reasonAt(place, wanted) }))
    .filter((found) => (found.place.kind === unwanted) !== (found.reason === reason));
}

describe("at more than a thousand places of recorded sources", () => {
  test("of all three kinds", () => {
    const count = (kind: Kind): number => places.filter((place) => place.kind === kind).length;
    expect(count("comment")).toBeGreaterThan(100);
    expect(count("string")).toBeGreaterThan(100);
    expect(places.length).toBeGreaterThan(1000);
  });

  test("comments are told from strings and code", () => {
    expect(wrong("comment", "inComment")).toEqual([]);
  });

  test("strings are told from comments and code", () => {
    expect(wrong("string", "inString")).toEqual([]);
  });
});

describe("without comments and strings", () => {
  const settings = { "trigger.inComments": false, "trigger.inStrings": false };

  test.each([
    ["// to do: ‸\n", "skipped: inComment"],
    ["/* to do:\n * ‸\n */\n", "skipped: inComment"],
    ['const a = "text ‸";\n', "skipped: inString"],
    ["const a = `text ‸`;\n", "skipped: inString"],
    ["const a = `text ${‸}`;\n", "answer"],
    ['const a = "//" + ‸\n', "answer"],
    ["/* done */ const a = ‸\n", "answer"],
  ])("%j gets %j while typing, and a key asks", async (text, expected) => {
    const { clock, editor, provider } = await createHarness({
      text,
      answer: () => "answer",
      settings,
    });
    expect(offered(await clock.until(editor.ask()))).toBe(expected);
    expect(provider.seen).toHaveLength(expected === "answer" ? 1 : 0);
    expect(offered(await clock.until(editor.ask({ trigger: "invoked" })))).toBe("answer");
  });

  test("the workspace model says nothing there either", async () => {
    const { clock, editor } = await createHarness({
      text: "// to do: ‸\n",
      settings,
      hasProvider: false,
      localSource: { suggest: () => [{ insertText: "known", probability: 0.9 }] },
    });
    expect(offered(await clock.until(editor.ask()))).toBe("skipped: inComment");
    expect(offered(await clock.until(editor.ask({ trigger: "invoked" })))).toBe("known");
  });

  test("what is shown stays while it is typed", async () => {
    const { clock, editor } = await createHarness({
      text: "const a = ‸\n",
      answer: () => 'call("text"); // done',
      settings,
    });
    await clock.until(editor.ask());
    editor.type('call("te');
    expect(offered(await clock.until(editor.ask()))).toBe('xt"); // done');
    editor.backspace(8);
    editor.type('"te');
    expect(offered(await clock.until(editor.ask()))).toBe("skipped: inString");
  });
});

describe("at most so many lines", () => {
  const answer = () => "\n  first();\n  second();\n\n  third();";
  const text = "function f() {‸\n}\n";

  test.each([
    [1, "\n  first();"],
    [2, "\n  first();\n  second();"],
    [3, "\n  first();\n  second();\n"],
    [9, answer()],
    [undefined, answer()],
  ])("%j of them are shown", async (maxLines, expected) => {
    const settings = { "suggestions.maxLines": maxLines };
    const { clock, editor } = await createHarness({ text, answer, settings });
    expect(offered(await clock.until(editor.ask({ trigger: "invoked" })))).toBe(expected);
  });

  test("the next line follows when the first was typed, without another request", async () => {
    const settings = { "suggestions.maxLines": 1 };
    const { clock, editor, provider } = await createHarness({ text, answer, settings });
    await clock.until(editor.ask());
    editor.type("\n  first();");
    expect(offered(await clock.until(editor.ask()))).toBe("\n  second();");
    expect(provider.seen).toHaveLength(1);
  });
});

describe("by key there are several suggestions", () => {
  const localSource = {
    suggest: () => [{ insertText: "local();", probability: 0.9 }],
  };
  const options = {
    text: "function f() {\n  ‸\n}\n",
    answer: () => "first();\n  second();",
    localSource,
  };
  const textsOf = (outcome: CompletionOutcome): readonly string[] =>
    outcome.kind === "suggested" ? outcome.suggestions.map(({ insertText }) => insertText) : [];

  test("the answer, its first line, the workspace model's, for one request", async () => {
    const { clock, editor, provider } = await createHarness(options);
    const outcome = await clock.until(editor.ask({ trigger: "invoked" }));
    expect(textsOf(outcome)).toEqual(["first();\n  second();", "first();", "local();"]);
    await clock.until(editor.ask({ trigger: "invoked" }));
    expect(provider.seen).toHaveLength(1);
  });

  test("each text once", async () => {
    const same = { suggest: () => [{ insertText: "only();", probability: 0.9 }] };
    const harness = { ...options, answer: () => "only();", localSource: same };
    const { clock, editor } = await createHarness(harness);
    expect(textsOf(await clock.until(editor.ask({ trigger: "invoked" })))).toEqual(["only();"]);
  });

  test("while typing there is one, and without the workspace model none of its", async () => {
    const typing = await createHarness(options);
    expect(textsOf(await typing.clock.until(typing.editor.ask()))).toHaveLength(1);
    const settings = { "workspaceModel.role": "off" } as const;
    const alone = await createHarness({ ...options, settings });
    const outcome = await alone.clock.until(alone.editor.ask({ trigger: "invoked" }));
    expect(textsOf(outcome)).toEqual(["first();\n  second();", "first();"]);
  });

  test("the first line can be accepted, and the rest comes without another request", async () => {
    const { clock, editor, provider, session } = await createHarness(options);
    const outcome = await clock.until(editor.ask({ trigger: "invoked" }));
    const line = outcome.kind === "suggested" ? outcome.suggestions[1] : undefined;
    editor.type(line?.insertText ?? "");
    session.accepted(line?.id ?? "");
    expect(textsOf(await clock.until(editor.ask()))).toEqual(["\n  second();"]);
    expect(provider.seen).toHaveLength(1);
    expect(session.status().counters.accepted).toBe(1);
  });
});
