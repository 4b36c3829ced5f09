/** The one table of languages: complete, without doubles, and the only place that knows a language by name. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import {
  familyOf,
  familyOfPath,
  languageIdOf,
  languageOf,
  languageTable,
} from "../../server/engine/languages/language-of.ts";
import { wordBefore } from "../../server/engine/languages/word.ts";
import { scanBrackets } from "../../server/engine/syntax/brackets.ts";
import { sourceFiles } from "../support/source-files.ts";

const idsOfEditors = JSON.parse(
  readFileSync(new URL("../fixtures/language-ids.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Readonly<Record<string, string>>>>;

function doubles(texts: readonly string[]): readonly string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

describe("each entry", () => {
  test("has ids and files of its own, in lower case", () => {
    expect(doubles(languageTable.flatMap(({ ids }) => ids.split(" ")))).toEqual([]);
    expect(doubles(languageTable.flatMap(({ files }) => files.split(" ")))).toEqual([]);
    for (const { ids, files } of languageTable) {
      expect(`${ids} ${files}`).toBe(`${ids} ${files}`.toLowerCase().trim());
      expect(files).toMatch(/^\S+( \S+)*$/);
    }
  });

  test("has a family and comment signs; these have no comments at all", () => {
    expect(languageTable.filter(({ family }) => family === "")).toEqual([]);
    const bare = languageTable.filter(
      ({ lineComments, blockComments }) => lineComments.length + blockComments.length === 0,
    );
    expect(bare.map(({ ids }) => ids.split(" ")[0])).toEqual(["diff", "djot", "plaintext"]);
  });

  test.each(languageTable.map((entry) => [entry.ids.split(" ")[0] ?? "", entry] as const))(
    "%s is found by its ids, its files, and both",
    (own, { ids, files, family, isUnlearned }) => {
      for (const id of ids.split(" ")) expect(languageOf(id, "untitled:a").id).toBe(own);
      for (const file of files.split(" ")) {
        const path = `/a/${file.replace(/^\*/, "x").replace(/\.\*$/, ".y")}`;
        expect([path, languageIdOf("", path)]).toEqual([path, own]);
        expect(familyOfPath(path.toUpperCase())).toBe(isUnlearned === true ? undefined : family);
        expect(familyOf("", path)).toBe(family);
      }
    },
  );
});

describe("ids that editors send", () => {
  const sent = Object.entries(idsOfEditors).flatMap(([language, editors]) =>
    Object.entries(editors).flatMap(([editor, ids]) =>
      ids.split(" ").map((id) => ({ editor, id, language })),
    ),
  );
  test.each(["neovim", "vscode", "helix", "eglot", "lspmode", "kate"])("%s", (editor) => {
    const own = sent.filter((each) => each.editor === editor);
    const found = own.map(({ id }) => ({ editor, id, language: languageOf(id, "").id }));
    expect(found).toEqual(own);
    expect(own.length).toBeGreaterThan(50);
  });
});

describe("the name of the file", () => {
  test.each([
    ["a.mts", "typescript"],
    ["a.cjs", "javascript"],
    ["a.pyi", "python"],
    ["main.tf", "terraform"],
    ["run.bash", "shellscript"],
    ["C:\\a\\Dockerfile", "dockerfile"],
    ["Dockerfile.dev", "dockerfile"],
    ["GNUmakefile", "makefile"],
    ["CMakeLists.txt", "cmake"],
    ["Jenkinsfile", "groovy"],
    [".bashrc", "shellscript"],
    [".env.local", "dotenv"],
    ["a.blade.php", "blade"],
    ["a.html.erb", "erb"],
    ["a%20b.rs?x#y.py", "rust"],
    ["build.log", "plaintext"],
    ["Gemfile.lock", "plaintext"],
    ["nothing", "plaintext"],
  ])("%s is %s where no id was sent", (name, language) => {
    expect(languageIdOf(undefined, `file:///w/${name}`)).toBe(language);
  });

  test.each([
    ["plaintext", "file:///w/a.py", "python"],
    ["text", "file:///w/CMakeLists.txt", "cmake"],
    ["fundamental", "file:///w/a.nix", "nix"],
    ["my-own-id", "file:///w/a.go", "go"],
    ["", "file:///w/a.jl", "julia"],
    ["plaintext", "file:///w/notes.txt", "plaintext"],
    ["plaintext", "file:///w/notes", "plaintext"],
    ["plaintext", "untitled:Untitled-1", "plaintext"],
    ["plaintext", "untitled:a.py", "plaintext"],
    ["python", "file:///w/a.txt", "python"],
    ["yaml.ansible", "file:///w/a.txt", "yaml"],
    ["Python", "file:///w/a", "python"],
    ["my-own-id", "file:///w/a.own", ""],
  ])("%j for %s is %j", (id, uri, language) => {
    expect(languageOf(id, uri).id).toBe(language);
  });
});

/** What each mark of the text stands in. */
function insides(id: string, marked: string): string {
  const language = languageOf(id, "");
  const parts = marked.split("‸");
  const kinds = parts.slice(1).map((_, index) => {
    const { inside } = scanBrackets(parts.slice(0, index + 1).join(""), language);
    return inside.kind;
  });
  return kinds.join(" ");
}

describe("what a place stands in", () => {
  test.each([
    ["sql", "a 'it''s (‸' ‸b", "string code"],
    ["sql", "AS $$\nBEGIN ‸\n$$", "code"],
    ["csharp", '@"a\\""‸ (" + ‸ "\\"(‸"', "string code string"],
    ["rust", 'r#"a"("‸# ‸b', "string code"],
    ["rust", "fn a<'b>(‸ c: &'b str", "code"],
    ["cpp", 'R"x(a)" ‸)x" ‸b', "string code"],
    ["swift", '#"a"("‸# ‸b', "string code"],
    ["lua", "[==[ a ]] ‸]==] ‸b", "string code"],
    ["lua", "--[[ a\n‸b ]] ‸c", "blockComment code"],
    ["ocaml", "{q|a|}‸(|q} ‸b", "string code"],
    ["nix", "''a ${‸b} ‸c'' ‸d", "code string code"],
    ["powershell", 'a "`"(‸" ‸b', "string code"],
    ["powershell", 'a @"\n"(‸"\n"@ ‸b', "string code"],
    ["python", '"""a"b\n‸c""" ‸d', "string code"],
    ["go", "`a\\‸` ‸b", "string code"],
    ["javascript", "`a${‸b}‸c` ‸+ /[/(‸]/ ‸d", "code string code regExp code"],
    ["vim", 'let a = "b‸" . ‸c\n" d (‸', "string code lineComment"],
    ["latex", "50\\% (‸ % ‸c", "code lineComment"],
    ["bat", "rem a (‸\necho rem (‸", "lineComment code"],
    ["pascal", "{ a (‸ } ‸'b''(‸' ‸c", "blockComment code string code"],
    ["erlang", '$" ‸a "(‸" % ‸c', "code string lineComment"],
    ["shellscript", "cat <<EOF ‸(\n(‸a\nEOF\n‸b", "code hereDocument code"],
    ["shellscript", "cat <<-'X' <<Y\n(‸\n\tX\n(‸\nY\n‸b", "hereDocument hereDocument code"],
    ["shellscript", "a <<< b; c=$((1 << d))\n(‸e", "code"],
    ["ruby", "f(<<~SQL, 1)\n (‸a\nSQL\n‸b", "hereDocument code"],
    ["ruby", "class A << B\n‸a << b\n‸c", "code code"],
    ["php", "$a = <<<X\n(‸b\nX;\n‸c", "hereDocument code"],
    ["terraform", "a = <<EOT\n(‸b\nEOT\n‸c", "hereDocument code"],
    ["c", "a << EOF\n(‸b", "code"],
  ])("%s: %j", (id, marked, expected) => {
    expect(insides(id, marked)).toBe(expected);
  });
});

test.each([
  ["typescript", "a.$b", "$b"],
  ["css", "a: b-c", "b-c"],
  ["clojure", "(foo-bar?", "foo-bar?"],
  ["c", "a-$b", "b"],
])("the word of %s in %j is %j", (id, line, word) => {
  expect(wordBefore(line, languageOf(id, ""))).toBe(word);
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

/** Ids that are words of other things, too. */
const ordinary =
  "bash config context docker fish go.mod help ignore log r reason surface text zsh".split(" ");

test("nothing outside the table tests a language's name", () => {
  const ids = new Set(languageTable.flatMap((entry) => entry.ids.split(" ")));
  for (const word of ordinary) ids.delete(word);
  const named = sourceFiles("server")
    .filter(({ path }) => !path.startsWith("server/engine/languages/"))
    .flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(/(["'`])([^"'`\s]+)\1/g)]
        .filter(([, , word = ""]) => ids.has(word))
        // The protocol's kinds of a documentation text.
        .filter(
          ([, , word]) =>
            !path.startsWith("server/lsp/") || !/^(?:markdown|plaintext)$/.test(word ?? ""),
        )
        .map(([found]) => `${path}: ${found}`),
    );
  expect(named).toEqual([]);
});
