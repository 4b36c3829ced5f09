-- Suggestions as ghost text (Neovim 0.12 or later). Goes into init.lua. Change the keys at the end as you like.
vim.lsp.config('fim_language_server', {
  init_options = { fim = { completion = { enabled = false } } }, -- not in the menu as well
})
vim.lsp.enable('fim_language_server')

local ghost = vim.lsp.inline_completion

-- Neovim 0.12 has no public name for what asks and shows. Without it, a key to ask does nothing, and what is left
-- of a part comes back with the next answer.
local function completor(bufnr)
  local found, capability = pcall(require, 'vim.lsp._capability')
  local kind = found and capability.all and capability.all.inline_completion
  return kind and kind.active and kind.active[bufnr]
end

-- The text from where the suggestion starts to the cursor; nil if the cursor stands before it.
local function typed_along(bufnr, item)
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local start_row, start_col = item.range:to_extmark()
  if row - 1 < start_row or (row - 1 == start_row and col < start_col) then
    return nil
  end
  local lines = vim.api.nvim_buf_get_text(bufnr, start_row, start_col, row - 1, col, {})
  return table.concat(lines, '\n')
end

-- Accepts the part of the ghost text that `cut` returns. The rest stays; the server counts a part as a part.
local function accept_part(bufnr, cut)
  return ghost.get({
    bufnr = bufnr,
    on_accept = function(item)
      local typed = item.range and typed_along(bufnr, item)
      if not typed or not vim.startswith(item.insert_text, typed) then
        return nil
      end
      local text = item.insert_text:sub(#typed + 1)
      local part = cut(text)
      if part == text then
        return item
      end
      local row, col = unpack(vim.api.nvim_win_get_cursor(0))
      local lines = vim.split(part, '\n')
      local _, _, end_row, end_col = item.range:to_extmark()
      local replaced = end_row == row - 1 and math.max(0, end_col - col) or 0
      vim.api.nvim_buf_set_text(bufnr, row - 1, col, row - 1, col, lines)
      local new_row = row - 1 + #lines - 1
      local new_col = (#lines == 1 and col or 0) + #lines[#lines]
      vim.api.nvim_win_set_cursor(0, { new_row + 1, new_col })
      local shown = completor(bufnr)
      if shown and vim.range and vim.range.extmark then
        local range = vim.range.extmark(bufnr, new_row, new_col, new_row, new_col + replaced)
        shown.current = vim.tbl_extend('force', item, { insert_text = text:sub(#part + 1), range = range })
        shown:show()
      end
    end,
  })
end

-- Blanks and a word, or blanks and other signs, up to the end of the line.
local function word(text)
  return text:match('^%s*[%w_\128-\255]+') or text:match('^%s*[^%w%s_\128-\255]+') or text
end

local function line(text)
  return text:match('^\n*[^\n]*')
end

vim.api.nvim_create_autocmd('LspAttach', {
  callback = function(event)
    local client = assert(vim.lsp.get_client_by_id(event.data.client_id))
    if client.name ~= 'fim_language_server' then
      return
    end
    local bufnr = event.buf
    ghost.enable(true, { bufnr = bufnr })

    -- Neovim keeps showing the old text until the next answer, 200 ms after the key at the earliest.
    vim.api.nvim_create_autocmd({ 'TextChangedI', 'CursorMovedI' }, {
      buffer = bufnr,
      group = vim.api.nvim_create_augroup('fim:' .. bufnr, {}),
      callback = function()
        local shown = completor(bufnr)
        local item = shown and shown.current
        local typed = item and item.range and typed_along(bufnr, item)
        if item and item.range and not (typed and vim.startswith(item.insert_text, typed)) then
          shown.current = nil
          shown:hide()
        end
      end,
    })

    local function map(key, description, action)
      vim.keymap.set('i', key, function()
        if not action() then
          return key -- what the key does without a suggestion
        end
      end, { buffer = bufnr, expr = true, desc = description })
    end
    local function always(action)
      return function()
        vim.schedule(action)
        return true
      end
    end
    map('<Tab>', 'Accept the suggestion', ghost.get)
    map('<M-Right>', 'Accept a word of the suggestion', function()
      return accept_part(bufnr, word)
    end)
    map('<M-Down>', 'Accept a line of the suggestion', function()
      return accept_part(bufnr, line)
    end)
    map('<M-e>', 'Dismiss the suggestion', function()
      return ghost.get({ bufnr = bufnr, on_accept = function() end })
    end)
    map('<M-n>', 'Show the next suggestion', always(function()
      ghost.select({ bufnr = bufnr, count = 1 })
    end))
    map('<M-p>', 'Show the previous suggestion', always(function()
      ghost.select({ bufnr = bufnr, count = -1 })
    end))
    map('<M-\\>', 'Ask for suggestions', always(function()
      local shown = completor(bufnr)
      if shown then
        shown:request(vim.lsp.protocol.InlineCompletionTriggerKind.Invoked)
      end
    end))
  end,
})
