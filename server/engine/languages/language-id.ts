/** The language of a document whose client sent none: by file extension, else `plaintext`. */
const languageByExtension: ReadonlyMap<string, string> = new Map(
  Object.entries({
    c: "c",
    cc: "cpp",
    cpp: "cpp",
    cs: "csharp",
    css: "css",
    cxx: "cpp",
    dart: "dart",
    el: "emacs-lisp",
    ex: "elixir",
    exs: "elixir",
    go: "go",
    h: "c",
    hpp: "cpp",
    hs: "haskell",
    html: "html",
    java: "java",
    js: "javascript",
    json: "json",
    jsx: "javascriptreact",
    kt: "kotlin",
    lua: "lua",
    md: "markdown",
    mjs: "javascript",
    php: "php",
    pl: "perl",
    py: "python",
    rb: "ruby",
    rs: "rust",
    scala: "scala",
    scss: "scss",
    sh: "shellscript",
    sql: "sql",
    swift: "swift",
    toml: "toml",
    ts: "typescript",
    tsx: "typescriptreact",
    vue: "vue",
    xml: "xml",
    yaml: "yaml",
    yml: "yaml",
    zig: "zig",
  }),
);

/** `sent` when it says something, else what the URI's extension says. */
export function languageOf(uri: string, sent: unknown): string {
  if (typeof sent === "string" && sent.trim() !== "") return sent;
  const extension = /\.([a-z0-9]+)(?:[?#].*)?$/i.exec(uri)?.[1]?.toLowerCase();
  return languageByExtension.get(extension ?? "") ?? "plaintext";
}
