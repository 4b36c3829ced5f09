-- Suggestions in the menu of nvim-cmp. Goes into init.lua, after your own cmp.setup. Your sources and keys stay.
vim.lsp.config('fim_language_server', {
  capabilities = require('cmp_nvim_lsp').default_capabilities(),
  init_options = { fim = { inlineCompletion = { enabled = false } } },
})
vim.lsp.enable('fim_language_server')

local cmp = require('cmp')
local yours = cmp.get_config()

local sources = vim.deepcopy(yours.sources or {})
local has_lsp = vim.iter(sources):any(function(source)
  return source.name == 'nvim_lsp'
end)
if not has_lsp then
  table.insert(sources, 1, { name = 'nvim_lsp' })
end

local mapping = yours.mapping
if not mapping or vim.tbl_isempty(mapping) then
  -- <C-n> and <C-p> select, <C-y> accepts, <C-Space> asks
  mapping = cmp.mapping.preset.insert({
    ['<C-y>'] = cmp.mapping.confirm({ select = true }),
    ['<C-Space>'] = cmp.mapping.complete(),
  })
end

cmp.setup({ sources = sources, mapping = mapping })
