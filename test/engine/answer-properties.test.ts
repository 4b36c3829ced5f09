/** What holds for every answer, right or not, in documents that are indented as people indent. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerReader, type AnswerResult } from "../../server/engine/postprocess/index.ts";
import { applyInsertion, type MarkedInput } from "../support/notation.ts";
import { promptAt, siteAt } from "../support/engine-site.ts";

/** Statements that are all different: a repeated line is then a mistake. */
type Node = { readonly kind: "statement" | "call" | "block"; readonly nodes: readonly Node[] };

const tree = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constant<Node>({ kind: "statement", nodes: [] }),
    fc.constant<Node>({ kind: "call", nodes: [] }),
    fc
      .array(tie("node"), { minLength: 1, maxLength: 4 })
      .map<Node>((nodes) => ({ kind: "block", nodes })),
  ),
})).node;

const program = fc.array(tree, { minLength: 2, maxLength: 6 }).map((nodes) => {
  let count = 0;
  const print = (node: Node, indentation: string): string => {
    const id = count++;
    if (node.kind === "statement") return `${indentation}const value${id} = read${id}(${id});\n`;
    if (node.kind === "call") return `${indentation}send${id}(first${id}, [second${id}]);\n`;
    const body = node.nodes.map((inner) => print(inner, `${indentation}  `)).join("");
    return `${indentation}if (isReady${id}()) {\n${body}${indentation}}\n`;
  };
  return nodes.map((node) => print(node, "")).join("");
});

interface Asked {
  readonly input: MarkedInput;
  /** What was taken out. */
  readonly gold: string;
  readonly answer: string;
}

const noise = fc.array(
  fc.constantFrom(
    ")",
    "]",
    "}",
    "(",
    "[",
    "{",
    "\n",
    "  ",
    ", ",
    "x",
    "\n}",
    "\n  }",
    "foo(bar())",
    "if (a) {",
    "// note (",
    '"text)"',
    "\n\nfunction other() {\n  go();\n}",
  ),
  { maxLength: 8 },
);

const asked: fc.Arbitrary<Asked> = fc
  .tuple(program, fc.nat(), fc.nat({ max: 60 }), fc.nat({ max: 3 }), noise)
  .map(([text, at, length, kind, pieces]) => {
    const offset = at % text.length;
    const gold = text.slice(offset, offset + length);
    const suffix = text.slice(offset + length);
    const extra = pieces.join("");
    const answers = [gold, gold + suffix, gold + extra, extra];
    const input = { text: text.slice(0, offset) + suffix, offset };
    return { input, gold, answer: answers[kind] ?? gold };
  });

function read({ input, answer }: Asked, cuts: readonly number[] = []): AnswerResult {
  const site = siteAt(input, "a.ts");
  const reader = answerReader(site, promptAt(site, { trigger: "automatic" }));
  let start = 0;
  for (const end of [...new Set(cuts.map((cut) => cut % (answer.length + 1)))].toSorted(
    (one, two) => one - two,
  )) {
    reader.push(answer.slice(start, end));
    start = end;
  }
  reader.push(answer.slice(start));
  return reader.finish("stop");
}

/** Closers with no opener of their kind before them; strings and comments left out. */
function unmatchedClosers(text: string): number {
  const open: string[] = [];
  let unmatched = 0;
  const code = text.replaceAll(/"[^"\n]*"|\/\/[^\n]*/g, "");
  for (const character of code) {
    if ("([{".includes(character))
      open.push(character === "(" ? ")" : character === "[" ? "]" : "}");
    else if (!")]}".includes(character)) continue;
    else if (open.includes(character)) open.length = open.lastIndexOf(character);
    else unmatched++;
  }
  return unmatched;
}

describe("an accepted answer", () => {
  test("never has more closers without an opener than the text had", () => {
    fc.assert(
      fc.property(asked, (each) => {
        const result = read(each);
        const before = unmatchedClosers(each.input.text);
        const after = result.kind === "kept" ? applyInsertion(each.input, result) : each.input.text;
        expect(unmatchedClosers(after)).toBeLessThanOrEqual(before);
      }),
      { numRuns: 2000 },
    );
  });

  test("never writes the next line a second time", () => {
    fc.assert(
      fc.property(asked, ({ input, gold }) => {
        const suffix = input.text.slice(input.offset);
        const result = read({ input, gold, answer: gold + suffix });
        const after = result.kind === "kept" ? applyInsertion(input, result) : input.text;
        const telling = after.split("\n").filter((line) => /\w{4}/.test(line));
        const before = input.text.split("\n").filter((line) => /\w{4}/.test(line));
        const doubled = telling.length - new Set(telling).size;
        expect(doubled).toBeLessThanOrEqual(before.length - new Set(before).size);
      }),
      { numRuns: 1000 },
    );
  });

  test("replaces nothing but text right of the cursor that it contains", () => {
    fc.assert(
      fc.property(asked, (each) => {
        const result = read(each);
        const { insertText, replacedLength } =
          result.kind === "kept" ? result : { insertText: "", replacedLength: 0 };
        const { text, offset } = each.input;
        const replaced = text.slice(offset, offset + replacedLength);
        let index = 0;
        for (const character of insertText) if (character === replaced[index]) index++;
        expect({ index, hasLineEnd: replaced.includes("\n") }).toEqual({
          index: replaced.length,
          hasLineEnd: false,
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("is the same however it came in pieces", () => {
    fc.assert(
      fc.property(asked, fc.array(fc.nat(), { maxLength: 12 }), (each, cuts) => {
        expect({ ...read(each, cuts), rest: "" }).toEqual({ ...read(each), rest: "" });
      }),
      { numRuns: 2000 },
    );
  });

  test("is the same by character as whole", () => {
    fc.assert(
      fc.property(asked, (each) => {
        const all = Array.from(each.answer, (_, index) => index);
        expect({ ...read(each, all), rest: "" }).toEqual({ ...read(each), rest: "" });
      }),
      { numRuns: 500 },
    );
  });

  test("can be asked for before its end", () => {
    fc.assert(
      fc.property(asked, fc.nat(), (each, at) => {
        const site = siteAt(each.input, "a.ts");
        const prompt = promptAt(site, { trigger: "automatic" });
        const middle = at % (each.answer.length + 1);
        const reader = answerReader(site, prompt);
        reader.push(each.answer.slice(0, middle));
        reader.finish("truncated");
        reader.push(each.answer.slice(middle));
        expect({ ...reader.finish("stop"), rest: "" }).toEqual({ ...read(each), rest: "" });
      }),
      { numRuns: 500 },
    );
  });
});
