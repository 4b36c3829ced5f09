-- Suggestions in Neovim's own completion menu (0.11 or later). Goes into init.lua.
vim.lsp.config('fim_language_server', {
  init_options = { fim = { inlineCompletion = { enabled = false } } }, -- not as ghost text as well
})
vim.lsp.enable('fim_language_server')

vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }
vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
    -- Neovim opens the menu by itself only after a server's trigger characters
    vim.keymap.set('i', '<C-Space>', vim.lsp.completion.get, { buffer = event.buf })
  end,
})
