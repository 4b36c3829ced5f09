-- Suggestions in the menu of blink.cmp. Goes into init.lua.
-- blink.cmp adds its capabilities to every server by itself (Neovim 0.11 or later).
vim.lsp.config('fim_language_server', {
  init_options = { fim = { inlineCompletion = { enabled = false } } },
})
vim.lsp.enable('fim_language_server')
