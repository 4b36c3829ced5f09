;;; fim-eglot.el --- fim-language-server with eglot  -*- lexical-binding: t; -*-

;; Emacs 29 or later. (load "/path/to/fim-eglot.el") in init.el.
;; Eglot runs one server for each buffer: this one serves the modes below alone.
;; fim-eglot-beside.el shows how to have another server at the same time.

(require 'eglot)

(defvar fim-eglot-modes
  '(python-mode python-ts-mode js-mode js-ts-mode typescript-ts-mode tsx-ts-mode
    c-mode c-ts-mode c++-mode c++-ts-mode rust-mode rust-ts-mode go-mode go-ts-mode
    java-mode java-ts-mode ruby-mode ruby-ts-mode sh-mode bash-ts-mode lua-mode lua-ts-mode
    emacs-lisp-mode)
  "Major modes that get their suggestions from fim-language-server.")

(add-to-list 'eglot-server-programs `(,fim-eglot-modes . ("fim-language-server" "--stdio")))

(setq-default eglot-workspace-configuration
              '(:fim (:inlineCompletion (:enabled :json-false))))

(dolist (mode fim-eglot-modes)
  (add-hook (intern (format "%s-hook" mode)) #'eglot-ensure))

;; Emacs 30 can show the first candidate as ghost text; TAB inserts all of it.
(when (fboundp 'completion-preview-mode)
  (setq completion-preview-minimum-symbol-length 2)
  (add-hook 'eglot-managed-mode-hook #'completion-preview-mode))

(defun fim-eglot--command (command)
  "Have the server run COMMAND."
  (jsonrpc-request (or (eglot-current-server) (user-error "No server in this buffer"))
                   :workspace/executeCommand `(:command ,command :arguments [])))

(defun fim-toggle ()
  "Switch the suggestions on or off."
  (interactive)
  (fim-eglot--command "fim.toggle"))

(defun fim-status ()
  "Ask the server for its status."
  (interactive)
  (fim-eglot--command "fim.status"))

;; Repeat the last edit where it is due: the list has the next place and all of them.
(define-key eglot-mode-map (kbd "C-c .") #'eglot-code-action-rewrite)

(provide 'fim-eglot)
;;; fim-eglot.el ends here
