# fim-language-server with kakoune-lsp 18 or later. Goes into kakrc, after kakoune-lsp's own lines.
hook -group fim global BufSetOption filetype=(?:c|cpp|go|java|javascript|lua|python|ruby|rust|sh|typescript) %{
    set-option -add buffer lsp_servers %{
        [fim-language-server]
        root_globs = [".git"]
        args = ["--stdio"]
        settings_section = "fim"
        [fim-language-server.settings.fim]
        inlineCompletion.enabled = false
    }
}

define-command fim-toggle -docstring 'switch the suggestions on or off' %{
    lsp-execute-command fim.toggle '[]'
}
define-command fim-status -docstring 'ask the server for its status' %{
    lsp-execute-command fim.status '[]'
}
