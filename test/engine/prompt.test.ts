/** What a prompt is made of, in each shape that a provider may have. */
import { describe, expect, test } from "vitest";
import { buildPrompt, type PromptOptions } from "../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../server/engine/prompt/completion-mode.ts";
import type { TokenCount } from "../../server/engine/document.ts";
import type { ContextSnippet, FimPrompt } from "../../server/engine/prompt/prompt.ts";
import { estimateTokens } from "../../server/engine/prompt/tokens.ts";
import { codestralShape, siteAt } from "../support/engine-site.ts";
import { parseInput } from "../support/notation.ts";

const snippet = (path: string, text: string, score: number): ContextSnippet => {
  return { path, text, score, origin: "similar" };
};

function build(marked: string, options: Partial<PromptOptions> = {}): FimPrompt {
  const site = siteAt(parseInput(marked), "main.ts");
  return buildPrompt(site, {
    shape: codestralShape,
    decision: completionMode(site, { trigger: "automatic" }),
    tokenBudget: 1000,
    prefixShare: 0.7,
    path: "src/main.ts",
    ...options,
  }).prompt;
}

describe("Codestral's form", () => {
  test("tells the file's path and stops where another file would begin", () => {
    expect(build("const a = ‸\n")).toMatchObject({
      kind: "native",
      prompt: "+++++ src/main.ts\nconst a = ",
      suffix: "\n",
      stops: ["\n+++++ "],
    });
  });

  test("puts other files first, the best one last, in an order that depends on them alone", () => {
    const snippets = [
      snippet("b.ts", "export const second = readSecond();", 0.5),
      snippet("a.ts", "export const first = readFirst();", 0.9),
      snippet("c.ts", "export const third = readThird();", 0.5),
    ];
    const prompt = build("use(‸)\n", { snippets });
    expect(prompt).toMatchObject({
      prompt:
        "+++++ c.ts\nexport const third = readThird();\n\n" +
        "+++++ b.ts\nexport const second = readSecond();\n\n" +
        "+++++ a.ts\nexport const first = readFirst();\n\n" +
        "+++++ src/main.ts\nuse(",
    });
    expect(build("use(‸)\n", { snippets: snippets.toReversed() })).toEqual(prompt);
  });

  test("sends LF whatever the document has", () => {
    expect(build("const a = 1;\r\nconst b = ‸;\r\nconst c = 3;\r\n")).toMatchObject({
      prompt: "+++++ src/main.ts\nconst a = 1;\nconst b = ",
      suffix: ";\nconst c = 3;\n",
    });
  });

  test("a path cannot begin another line", () => {
    expect(build("‸", { path: "a\nb.ts" })).toMatchObject({ prompt: "+++++ a b.ts\n" });
  });
});

describe("excerpts", () => {
  const window = "const reader = openReader(source);\nconst total = reader.count();\n";

  test("what is in the window already is not told again", () => {
    const prompt = build(`${window}‸`, { snippets: [snippet("a.ts", window, 0.9)] });
    expect(prompt.snippets).toEqual([]);
  });

  test("what one excerpt tells another one does not tell again", () => {
    const text = "export function area() {\n  return width * height;\n}";
    const snippets = [snippet("a.ts", text, 0.9), snippet("b.ts", text, 0.8)];
    expect(build("‸", { snippets }).snippets.map(({ path }) => path)).toEqual(["a.ts"]);
  });

  test("at most five, none of a low score, within a quarter of the budget", () => {
    const snippets = Array.from({ length: 9 }, (_, index) =>
      snippet(
        `${index}.ts`,
        `const value${index} = compute${index}(input${index});`,
        0.9 - index / 10,
      ),
    );
    expect(build("‸", { snippets }).snippets).toHaveLength(5);
    expect(build("‸", { snippets: [snippet("a.ts", "const a = readA();", 0.1)] }).snippets).toEqual(
      [],
    );
    const large = [snippet("a.ts", "const value = compute(input);\n".repeat(60), 0.9)];
    expect(build("‸", { snippets: large, tokenBudget: 400 }).snippets).toEqual([]);
  });

  test("a provider without a form for them is sent none", () => {
    const shape = { ...codestralShape, snippets: "none" as const };
    const prompt = build("‸", { shape, snippets: [snippet("a.ts", "const a = readA();", 0.9)] });
    expect(prompt).toMatchObject({ prompt: "", snippets: [] });
  });
});

describe("other shapes", () => {
  test("llama.cpp's infill gets whole lines as prefix and the current line apart", () => {
    const shape = { ...codestralShape, kind: "infill", snippets: "field" } as const;
    expect(build("one();\ntwo(‸);\nthree();\n", { shape })).toMatchObject({
      kind: "infill",
      prefix: "one();\n",
      linePrefix: "two(",
      suffix: ");\nthree();\n",
    });
  });

  test("a template is filled once, and control tokens in the text are broken", () => {
    const template = {
      family: "test",
      order: "prefixFirst" as const,
      text: "<PRE>{prefix}<SUF>{suffix}<MID>",
      sentinels: ["<PRE>", "<SUF>", "<MID>"],
      stops: ["<END>"],
    };
    const shape = { ...codestralShape, kind: "rendered", snippets: "none", template } as const;
    expect(build("say('{suffix} <SUF> $&', ‸, b);\n", { shape })).toMatchObject({
      kind: "rendered",
      text: "<PRE>say('{suffix} < SUF> $&', <SUF>, b);\n<MID>",
      stops: ["\n", "<END>"],
    });
  });
});

describe("limits", () => {
  const long = `${"const value = compute(input, 1);\n".repeat(400)}‸`;

  test("the estimate stays near the budget", () => {
    const { estimatedTokens } = build(long);
    expect(estimatedTokens).toBeGreaterThan(900);
    expect(estimatedTokens).toBeLessThan(1050);
  });

  test("a small context has room for the answer", () => {
    const shape = { ...codestralShape, contextLength: 512 as TokenCount };
    const { estimatedTokens, maxOutputTokens } = build(long, { shape });
    expect(estimatedTokens + maxOutputTokens).toBeLessThan(512 * 0.85 + 40);
  });

  test("a model that makes more tokens of the text is sent less of it", () => {
    const prompt = build(long, { calibration: 2 });
    const text = prompt.kind === "native" ? prompt.prompt : "";
    expect(estimateTokens(text)).toBeLessThan(530);
    expect(prompt.estimatedTokens).toBeLessThan(1050);
  });

  test("output tokens are those of the mode, and no more than the user allows", () => {
    expect(build("call(‸, b)").maxOutputTokens).toBe(128);
    expect(build("call(‸)").maxOutputTokens).toBe(256);
    expect(build("function f() {\n  ‸\n}\n").maxOutputTokens).toBe(256);
    expect(build("function f() {\n  ‸\n}\n", { maxOutputTokens: 40 }).maxOutputTokens).toBe(40);
  });

  test("the user may allow more for several lines, at the cost of half the context at most", () => {
    const maxOutputTokens = 1000;
    expect(build("call(‸, b)", { maxOutputTokens }).maxOutputTokens).toBe(128);
    expect(build("function f() {\n  ‸\n}\n", { maxOutputTokens }).maxOutputTokens).toBe(1000);
    const shape = { ...codestralShape, contextLength: 1000 as TokenCount };
    const { estimatedTokens } = build(long, { shape, maxOutputTokens });
    expect(estimatedTokens).toBeGreaterThan(250);
    expect(estimatedTokens).toBeLessThan(500);
  });

  test("stop strings: the user's first, four at most, no more than the provider takes", () => {
    const stops = ["one", "two", "three", "four", "five"];
    expect(build("call(‸, b)", { stops }).stops).toEqual(["one", "two", "three", "four"]);
    expect(build("call(‸, b)", { stops: ["one"] }).stops).toEqual(["one", "\n"]);
    const shape = { ...codestralShape, maxStops: 1 };
    expect(build("call(‸, b)", { shape, stops: ["one"] }).stops).toEqual(["one"]);
  });
});
