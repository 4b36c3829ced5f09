-- Repeats your last edit where it is due: go to the next place, change it, change all of them.
local function repeat_edit(pattern)
  return function()
    vim.lsp.buf.code_action({
      apply = true,
      context = { only = { 'refactor.rewrite' }, diagnostics = {} },
      filter = function(action)
        return action.title:find(pattern) ~= nil
      end,
    })
  end
end

vim.keymap.set('n', ']r', '<Cmd>LspFimNextEdit<CR>', { desc = 'Go to where the last edit is due' })
vim.keymap.set('n', 'gr.', repeat_edit('^Repeat the edit at the next place'), { desc = 'Repeat the last edit there' })
vim.keymap.set('n', 'grA', repeat_edit('^Repeat the edit at %d+ more place'), { desc = 'Repeat the last edit everywhere' })
