-- Suggestions in the menu of nvim-cmp. Goes into init.lua.
vim.lsp.config('fim_language_server', {
  capabilities = require('cmp_nvim_lsp').default_capabilities(),
  init_options = { fim = { inlineCompletion = { enabled = false } } },
})
vim.lsp.enable('fim_language_server')

require('cmp').setup({
  sources = { { name = 'nvim_lsp' } },
})
