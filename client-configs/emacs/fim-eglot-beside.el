;;; fim-eglot-beside.el --- fim-language-server beside another server  -*- lexical-binding: t; -*-

;; Eglot runs one server for each buffer, so a multiplexer has to stand between it and two of them:
;; rass (pip install rassumfrassum) merges what they answer. The language's own server comes first,
;; because requests that rass does not know go there.

(require 'eglot)

(add-to-list 'eglot-server-programs
             '((python-mode python-ts-mode)
               . ("rass" "--" "pyright-langserver" "--stdio" "--" "fim-language-server" "--stdio")))
(add-to-list 'eglot-server-programs
             '((js-mode js-ts-mode typescript-ts-mode tsx-ts-mode)
               . ("rass" "--" "typescript-language-server" "--stdio"
                  "--" "fim-language-server" "--stdio")))

(setq-default eglot-workspace-configuration
              '(:fim (:inlineCompletion (:enabled :json-false))))

(provide 'fim-eglot-beside)
;;; fim-eglot-beside.el ends here
