---@brief
---
--- https://www.npmjs.com/package/fim-language-server
---
--- Fill-in-the-middle completion for every language, from Codestral, a local model, or, without any
--- account, a model that learns from the workspace alone.
---
--- ```sh
--- npm install --global fim-language-server
--- ```
---
--- Neovim 0.12 shows its suggestions as ghost text:
--- ```lua
--- vim.lsp.enable('fim_language_server')
--- vim.lsp.inline_completion.enable()
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'fim-language-server', '--stdio' },
  -- no filetypes: it serves every language
  root_markers = { '.git' },
  on_attach = function(client, bufnr)
    local function command(name, server_command)
      vim.api.nvim_buf_create_user_command(bufnr, name, function()
        client:exec_cmd({ title = name, command = server_command }, { bufnr = bufnr })
      end, {})
    end
    command('LspFimEnable', 'fim.enable')
    command('LspFimDisable', 'fim.disable')
    command('LspFimToggle', 'fim.toggle')
    command('LspFimStatus', 'fim.status')
  end,
}
