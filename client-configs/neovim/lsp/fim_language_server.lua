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
  -- The state, for a status line: `vim.g.fim_status` is a few words, `vim.g.fim_state` all that the server tells.
  capabilities = { experimental = { fimStatus = true } },
  handlers = {
    -- A message longer than the line would stop typing with "Press ENTER"; :LspFimStatus has all of it.
    ['window/showMessage'] = function(_, params)
      local level = params.type == vim.lsp.protocol.MessageType.Warning and 'WARN' or 'INFO'
      local text = 'fim: ' .. params.message:gsub('%s+', ' ')
      vim.notify(vim.fn.strcharpart(text, 0, vim.v.echospace), vim.log.levels[level])
    end,
    ['fim/status'] = function(_, state)
      vim.g.fim_state = state
      vim.g.fim_status = 'fim: ' .. state.text
      vim.cmd.redrawstatus({ bang = true })
    end,
  },
  on_exit = function()
    vim.g.fim_state = nil
    vim.g.fim_status = nil
  end,
  on_attach = function(client, bufnr)
    local function command(name, server_command, arguments, on_result)
      vim.api.nvim_buf_create_user_command(bufnr, name, function(given)
        client:exec_cmd(
          { title = name, command = server_command, arguments = arguments and arguments(given) },
          { bufnr = bufnr },
          on_result
        )
      end, { nargs = '?' })
    end
    local function this_document()
      return { vim.uri_from_bufnr(bufnr) }
    end
    command('LspFimEnable', 'fim.enable')
    command('LspFimDisable', 'fim.disable')
    command('LspFimToggle', 'fim.toggle')
    command('LspFimToggleDocument', 'fim.toggleDocument', this_document)
    command('LspFimToggleLanguage', 'fim.toggleLanguage', this_document)
    command('LspFimSnooze', 'fim.snooze', function(given)
      return { tonumber(given.args) } -- minutes
    end)
    command('LspFimUsage', 'fim.usage')
    command('LspFimStatus', 'fim.status', nil, function(_, status)
      vim.api.nvim_echo({ { status and status.text or 'no answer' } }, true, {})
    end)
  end,
}
