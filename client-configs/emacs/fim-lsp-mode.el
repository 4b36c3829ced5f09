;;; fim-lsp-mode.el --- fim-language-server with lsp-mode  -*- lexical-binding: t; -*-

;; lsp-mode 10 or later. (load "/path/to/fim-lsp-mode.el") in init.el.
;; The server runs beside the language's own one and shows its suggestions as ghost text.

(require 'lsp-mode)
(require 'lsp-inline-completion)

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection '("fim-language-server" "--stdio"))
  :activation-fn (lambda (_file _mode) t)
  :server-id 'fim
  :add-on? t
  :priority -2
  ;; ghost text only: not in the completion menu as well
  :initialization-options '(:fim (:completion (:enabled :json-false)))))

(setq lsp-inline-completion-idle-delay 0.3) ; seconds; 2 by default

(define-key lsp-inline-completion-active-map (kbd "TAB") #'lsp-inline-completion-accept)

(add-hook 'prog-mode-hook #'lsp-deferred)
(add-hook 'lsp-configure-hook
          (lambda ()
            (when (lsp-feature? "textDocument/inlineCompletion")
              (lsp-inline-completion-mode 1))))

(defun fim-toggle ()
  "Switch the suggestions on or off."
  (interactive)
  (lsp-workspace-command-execute "fim.toggle"))

(defun fim-status ()
  "Ask the server for its status."
  (interactive)
  (lsp-workspace-command-execute "fim.status"))

(defun fim-repeat-edit ()
  "Repeat the last edit where it is due: the next place, or all of them."
  (interactive)
  (lsp-execute-code-action-by-kind "refactor.rewrite"))

(with-eval-after-load 'lsp-mode
  (define-key lsp-mode-map (kbd "C-c .") #'fim-repeat-edit))

(provide 'fim-lsp-mode)
;;; fim-lsp-mode.el ends here
