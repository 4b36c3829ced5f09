/** A rendered prompt gives back what it was made of, whatever the family. */
import { describe, expect, test } from "vitest";

import { takeApart, takeFilesOff } from "../../server/engine/prompt/take-apart.ts";
import { templateFamilies } from "../../server/engine/prompt/templates.ts";

const prefix = "def total(items):\n    return ";
const suffix = "\n\nprint(total([1]))\n";

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

describe.each(templateFamilies)("$family", ({ text, snippet, textWithSnippets }) => {
  const values = { prefix, suffix, path: "src/a.py", language: "Python" };

  test("prefix and suffix", () => {
    expect(takeApart(fill(text, values))).toMatchObject({ prefix, suffix });
  });

  test("an empty prefix, an empty suffix", () => {
    expect(takeApart(fill(text, { ...values, prefix: "" }))).toMatchObject({ prefix: "", suffix });
    expect(takeApart(fill(text, { ...values, suffix: "" }))).toMatchObject({ prefix, suffix: "" });
  });

  test.runIf(textWithSnippets !== undefined && snippet !== undefined)("other files", () => {
    const other = fill(snippet ?? "", { path: "src/b.py", text: "limit = 3" });
    const rendered = fill(textWithSnippets ?? "", { ...values, snippets: other });
    const parts = takeApart(rendered);
    expect(parts?.suffix).toBe(suffix);
    expect(parts?.prefix.endsWith(prefix)).toBe(true);
    expect(parts?.files.map(({ text: excerpt }) => excerpt.trim())).toEqual(["limit = 3"]);
  });
});

test("the other order of the same sentinels", () => {
  expect(takeApart("<|fim_suffix|>)\n<|fim_prefix|>f(<|fim_middle|>")).toMatchObject({
    prefix: "f(",
    suffix: ")\n",
  });
});

test("an answer that is begun behind the last sentinel belongs to the prefix", () => {
  expect(takeApart("<|fim_prefix|>a = <|fim_suffix|>\n<|fim_middle|>b + ")?.prefix).toBe(
    "a = b + ",
  );
});

test("files under +++++ lines, the current one last", () => {
  expect(takeFilesOff("+++++ src/b.py\nlimit = 3\n\n+++++ src/a.py\nx = ")).toEqual({
    prefix: "x = ",
    suffix: "",
    path: "src/a.py",
    files: [{ path: "src/b.py", text: "limit = 3\n\n" }],
  });
});

test.each([
  "a diff:\n+++++ src/a.py\nx = ",
  "const marker = '[PREFIX]';\n",
  "if (a <|> b) {\n",
  "<form>\n<prefix>",
])("text without a family's sentinels is a prefix as it stands: %j", (prompt) => {
  expect(takeApart(prompt)).toMatchObject({ prefix: prompt, suffix: "", files: [] });
});

test.each(["<|fim-begin|>x = <|fim-hole|>\n<|fim-end|>", "<fim_start>x<fim_gap>y"])(
  "sentinels of a family that is not known are said to be so: %j",
  (prompt) => {
    expect(takeApart(prompt)).toBeUndefined();
  },
);
