// The samples that only their own program can parse: it does.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse as parseToml } from "smol-toml";
import { describe, expect, inject, it } from "vitest";
import { clientConfigs } from "./support/workspace.ts";

const execute = promisify(execFile);
const { installed, reason } = inject("installed");
const missing = reason === undefined ? "" : ` (not to be had: ${reason})`;

const filesIn = (folder: string, extension: string) =>
  readdirSync(join(clientConfigs, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name}`);

/** Prints `parsed` when the program took the whole file. */
async function run(program: string, ...args: string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "fim-samples-"));
  try {
    const path = join(installed?.editors?.bin ?? "", program);
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, TERM: "dumb" };
    const { stdout, stderr } = await execute(path, args, { env, timeout: 20_000 });
    return `${stdout}${stderr}`;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe.skipIf(installed === undefined)(`samples${missing}`, () => {
  it.each(filesIn("neovim", ".lua"))("Neovim parses %s", async (name) => {
    const path = JSON.stringify(join(clientConfigs, name));
    const code = `lua assert(loadfile(${path})) io.write("parsed")`;
    expect(await run("nvim", "--clean", "--headless", "-c", code, "-c", "qa!")).toContain("parsed");
  });

  it.each(filesIn("emacs", ".el"))("Emacs parses %s", async (name) => {
    const path = JSON.stringify(join(clientConfigs, name));
    const code = `(with-temp-buffer (insert-file-contents ${path}) (emacs-lisp-mode) (check-parens)
      (condition-case nil (while t (read (current-buffer))) (end-of-file (princ "parsed"))))`;
    expect(await run("emacs", "--batch", "--eval", code)).toContain("parsed");
  });

  it("Vim runs vim/vim-lsp.vim", async () => {
    const path = join(clientConfigs, "vim/vim-lsp.vim");
    const after = ["-c", "verbose echon exists(':FimToggle') == 2 ? 'parsed' : ''", "-c", "qa!"];
    expect(await run("vim", "-Nu", path, "-es", ...after)).toContain("parsed");
  });

  it("Vim runs vim/yegappan-lsp.vim", async () => {
    const source = `source ${join(clientConfigs, "vim/yegappan-lsp.vim")}`;
    // what the plugin would define
    const plugin = [
      "let g:given = []",
      "function! LspOptionsSet(options)",
      "endfunction",
      "function! LspAddServer(servers)",
      "  call add(g:given, a:servers[0].name)",
      "endfunction",
    ];
    const before = `execute ${JSON.stringify(plugin.join("\n"))}`;
    const show = "verbose echon g:given == ['fim'] ? 'parsed' : ''";
    const args = ["-Nu", "NONE", "-es", "-c", before, "-c", source, "-c", show, "-c", "qa!"];
    expect(await run("vim", ...args)).toContain("parsed");
  });

  it("Kakoune adds the server to those that a file type has", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fim-kak-"));
    const outcome = join(folder, "outcome");
    const say = (text: string) => `echo -to-file '${outcome}' ${text}`;
    // What kakoune-lsp's own lines do, then the sample behind them.
    const before = [
      "declare-option str lsp_servers",
      "hook -group lsp-filetype-python global BufSetOption filetype=python %{",
      "  set-option buffer lsp_servers %{[pylsp]}",
      "}",
    ].join("\n");
    const source = `source '${join(clientConfigs, "kakoune/fim.kak")}'`;
    const code = `try %{ ${before}
      ${source}
      edit -scratch example
      set-option buffer filetype python
      ${say("%opt{lsp_servers}")} } catch %{ ${say("%val{error}")} }; quit!`;
    try {
      await run("kak", "-n", "-ui", "dummy", "-e", code);
      const servers = parseToml(await readFile(outcome, "utf8"));
      expect(servers).toMatchObject({
        pylsp: {},
        "fim-language-server": { args: ["--stdio"], settings: { fim: {} } },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("Neovim runs the block for lazy.nvim", async () => {
    const text = await readFile(join(clientConfigs, "neovim/README.md"), "utf8");
    const [, block = ""] = /```lua\n(\{\n {2}dir[^]*?)```/.exec(text) ?? [];
    expect(block).toContain("client-configs/neovim");
    // lazy.nvim puts the folder on the runtime path, then calls `config`.
    const code = `lua local plugin = loadstring(${JSON.stringify(`return ${block}`)})()
      vim.opt.runtimepath:prepend(${JSON.stringify(join(clientConfigs, "neovim"))})
      plugin.config()
      local config = vim.lsp.config.fim_language_server
      io.write(tostring(vim.lsp.is_enabled("fim_language_server")), " ", table.concat(config.cmd, " "))`;
    expect(
      await run("nvim", "--clean", "--headless", "-c", code.replaceAll("\n", " "), "-c", "qa!"),
    ).toContain("true fim-language-server --stdio");
  });
});
