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
  handlers = {
    -- A message longer than the line would stop typing with "Press ENTER"; :LspFimStatus has all of it.
    ['window/showMessage'] = function(_, params)
      local level = params.type == vim.lsp.protocol.MessageType.Error and 'ERROR' or 'WARN'
      local text = 'fim: ' .. params.message:gsub('%s+', ' ')
      vim.notify(vim.fn.strcharpart(text, 0, vim.v.echospace), vim.log.levels[level])
    end,
  },
  on_attach = function(client, bufnr)
    local function command(name, server_command, on_result)
      vim.api.nvim_buf_create_user_command(bufnr, name, function()
        client:exec_cmd({ title = name, command = server_command }, { bufnr = bufnr }, on_result)
      end, {})
    end
    command('LspFimEnable', 'fim.enable')
    command('LspFimDisable', 'fim.disable')
    command('LspFimToggle', 'fim.toggle')
    command('LspFimNextEdit', 'fim.nextEdit')
    command('LspFimStatus', 'fim.status', function(_, status)
      vim.print(status)
    end)
  end,
}
