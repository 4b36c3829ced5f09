vim9script
# fim-language-server with yegappan/lsp (Vim 9). Goes into .vimrc, after the plugin is loaded.
g:LspOptionsSet({autoComplete: true})
g:LspAddServer([{
  name: 'fim',
  filetype: ['c', 'cpp', 'go', 'java', 'javascript', 'lua', 'python', 'ruby', 'rust', 'sh', 'typescript', 'vim'],
  path: 'fim-language-server',
  args: ['--stdio'],
  initializationOptions: {fim: {inlineCompletion: {enabled: false}}},
}])
