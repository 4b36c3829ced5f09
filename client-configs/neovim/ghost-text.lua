-- Suggestions as ghost text (Neovim 0.12 or later). Goes into init.lua.
vim.lsp.config('fim_language_server', {
  init_options = { fim = { completion = { enabled = false } } }, -- not in the menu as well
})
vim.lsp.enable('fim_language_server')

vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    local client = assert(vim.lsp.get_client_by_id(event.data.client_id))
    if client.name ~= 'fim_language_server' then
      return
    end
    vim.lsp.inline_completion.enable(true, { bufnr = event.buf })
    vim.keymap.set('i', '<Tab>', function()
      if not vim.lsp.inline_completion.get() then
        return '<Tab>'
      end
    end, { buffer = event.buf, expr = true, desc = 'Accept the suggestion' })
  end,
})
