" fim-language-server with vim-lsp. Goes into .vimrc.
autocmd User lsp_setup call lsp#register_server({
      \ 'name': 'fim',
      \ 'cmd': {server_info -> ['fim-language-server', '--stdio']},
      \ 'allowlist': ['*'],
      \ 'initialization_options': {'fim': {'inlineCompletion': {'enabled': v:false}}},
      \ })
autocmd User lsp_buffer_enabled setlocal omnifunc=lsp#complete

command! FimToggle call lsp#send_request('fim', {
      \ 'method': 'workspace/executeCommand', 'params': {'command': 'fim.toggle', 'arguments': []}})
