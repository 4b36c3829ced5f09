/**
 * Which files are source, and which of them learn from each other. A document is completed from its own
 * family only: a Markdown file teaches nothing about Go.
 */

/** Names a family: the languages whose lines look alike. */
export type LanguageFamily = string;

const extensionsByFamily: Readonly<Record<LanguageFamily, string>> = {
  javascript: "ts tsx mts cts js jsx mjs cjs vue svelte astro",
  python: "py pyi pyw pyx",
  c: "c h cc cpp cxx hh hpp hxx ino cu m mm inl",
  java: "java kt kts scala groovy gradle",
  csharp: "cs fs vb",
  go: "go",
  rust: "rs",
  ruby: "rb rake gemspec erb",
  php: "php phtml",
  swift: "swift",
  dart: "dart",
  lua: "lua",
  perl: "pl pm t",
  r: "r jl",
  shell: "sh bash zsh fish ksh",
  powershell: "ps1 psm1",
  vim: "vim",
  lisp: "el lisp clj cljs cljc scm rkt",
  haskell: "hs lhs ml mli elm purs",
  elixir: "ex exs erl hrl",
  zig: "zig nim odin v d",
  sql: "sql",
  markup: "html htm xhtml xml xsl hbs ejs",
  style: "css scss sass less styl",
  json: "json jsonc json5",
  config: "yaml yml toml ini cfg conf properties env nix",
  build: "mk cmake bzl bazel",
  terraform: "tf tfvars hcl",
  proto: "proto graphql gql thrift",
  assembly: "s asm",
  prose: "md mdx markdown rst txt adoc tex org",
};

const familiesByExtension = new Map<string, LanguageFamily>();
for (const [family, extensions] of Object.entries(extensionsByFamily)) {
  for (const extension of extensions.split(" ")) familiesByExtension.set(extension, family);
}

const familiesByName = new Map<string, LanguageFamily>([
  ["makefile", "build"],
  ["gnumakefile", "build"],
  ["cmakelists.txt", "build"],
  ["dockerfile", "build"],
  ["gemfile", "ruby"],
  ["rakefile", "ruby"],
  ["build", "build"],
  ["justfile", "build"],
]);

/** The family of a source file by its path or URI; `undefined` for what is not known to be source. */
export function familyOfPath(path: string): LanguageFamily | undefined {
  const name = path
    .slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)
    .toLowerCase();
  const named = familiesByName.get(name);
  if (named !== undefined) return named;
  const dot = name.lastIndexOf(".");
  return dot < 0 ? undefined : familiesByExtension.get(name.slice(dot + 1));
}

const familiesByLanguageId = new Map<string, LanguageFamily>([
  ["typescript", "javascript"],
  ["typescriptreact", "javascript"],
  ["javascript", "javascript"],
  ["javascriptreact", "javascript"],
  ["python", "python"],
  ["cpp", "c"],
  ["objective-c", "c"],
  ["shellscript", "shell"],
  ["sh", "shell"],
  ["makefile", "build"],
  ["dockerfile", "build"],
  ["html", "markup"],
  ["xml", "markup"],
  ["css", "style"],
  ["markdown", "prose"],
  ["plaintext", "prose"],
  ["yaml", "config"],
  ["toml", "config"],
]);

/** The family of an open document: by its path where that tells, else by language id, never none. */
export function familyOfDocument(uri: string, languageId: string): LanguageFamily {
  const language = familiesByLanguageId.get(languageId);
  return familyOfPath(uri) ?? language ?? (languageId === "" ? "unknown" : languageId);
}
