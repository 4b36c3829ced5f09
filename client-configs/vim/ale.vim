" fim-language-server with ALE. Goes into .vimrc, after ALE is loaded.
let g:fim_filetypes = ['c', 'cpp', 'go', 'java', 'javascript', 'lua', 'python', 'ruby', 'rust', 'sh', 'typescript', 'vim']

function! FimProjectRoot(buffer) abort
  let l:git = ale#path#FindNearestDirectory(a:buffer, '.git')
  return empty(l:git) ? fnamemodify(bufname(a:buffer), ':p:h') : fnamemodify(l:git, ':h:h')
endfunction

for s:filetype in g:fim_filetypes
  call ale#linter#Define(s:filetype, {
        \ 'name': 'fim',
        \ 'lsp': 'stdio',
        \ 'executable': 'fim-language-server',
        \ 'command': '%e --stdio',
        \ 'project_root': function('FimProjectRoot'),
        \ 'language': s:filetype,
        \ 'initialization_options': {'fim': {'inlineCompletion': {'enabled': v:false}}},
        \ })
endfor

" ALE's own menu while typing; set these two before ALE is loaded
let g:ale_completion_enabled = 1
set completeopt=menuone,noselect
