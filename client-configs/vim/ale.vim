" fim-language-server with ALE. Goes into .vimrc.
let g:fim_filetypes = ['c', 'cpp', 'go', 'java', 'javascript', 'lua', 'python', 'ruby', 'rust', 'sh', 'typescript', 'vim']

" ALE's own menu while typing
let g:ale_completion_enabled = 1
set completeopt=menuone,noselect

function! FimProjectRoot(buffer) abort
  let l:git = ale#path#FindNearestDirectory(a:buffer, '.git')
  return empty(l:git) ? fnamemodify(bufname(a:buffer), ':p:h') : fnamemodify(l:git, ':h:h')
endfunction

" Adds the server to the linters that you chose, or that ALE runs by default.
function! FimAddTo(filetype) abort
  let l:linters = get(g:, 'ale_linters', {})
  if index(g:fim_filetypes, a:filetype) < 0 || index(get(l:linters, a:filetype, []), 'fim') >= 0
    return
  endif
  let l:names = map(copy(ale#linter#Get(a:filetype)), 'v:val.name')
  call ale#linter#Define(a:filetype, {
        \ 'name': 'fim',
        \ 'lsp': 'stdio',
        \ 'executable': 'fim-language-server',
        \ 'command': '%e --stdio',
        \ 'project_root': function('FimProjectRoot'),
        \ 'language': a:filetype,
        \ 'initialization_options': {'fim': {'inlineCompletion': {'enabled': v:false}}},
        \ })
  let g:ale_linters = extend(l:linters, {a:filetype: l:names + ['fim']})
endfunction

augroup fim
  autocmd!
  autocmd FileType * call FimAddTo(expand('<amatch>'))
augroup END
