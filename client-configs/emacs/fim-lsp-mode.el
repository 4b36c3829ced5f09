;;; fim-lsp-mode.el --- fim-language-server with lsp-mode  -*- lexical-binding: t; -*-

;; lsp-mode 10 or later. (load "/path/to/fim-lsp-mode.el") in init.el.
;; The server runs beside the language's own one and shows its suggestions as ghost text.

(require 'lsp-mode)
(require 'lsp-inline-completion)

(defvar fim-state-string nil
  "What the server told of its state, for the mode line.")

(defun fim--show-state (_workspace state)
  "Show STATE, the parameters of `fim/status', in the mode line."
  (setq fim-state-string
        (propertize (concat " fim:" (lsp-get state :text)) 'help-echo (lsp-get state :tooltip)))
  (force-mode-line-update t))

(add-to-list 'global-mode-string '(:eval fim-state-string) t)

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection '("fim-language-server" "--stdio"))
  :activation-fn (lambda (_file _mode) t)
  :server-id 'fim
  :add-on? t
  :priority -2
  ;; the server tells each change of its state
  :custom-capabilities '((experimental . ((fimStatus . t))))
  :notification-handlers (lsp-ht ("fim/status" #'fim--show-state))
  ;; ghost text only: not in the completion menu as well
  :initialization-options '(:fim (:completion (:enabled :json-false)))))

(setq lsp-inline-completion-idle-delay 0.3) ; seconds; 2 by default

(define-key lsp-inline-completion-active-map (kbd "TAB") #'lsp-inline-completion-accept)

(add-hook 'prog-mode-hook #'lsp-deferred)
(add-hook 'lsp-configure-hook
          (lambda ()
            (when (lsp-feature? "textDocument/inlineCompletion")
              (lsp-inline-completion-mode 1))))

(defun fim--execute (command &rest arguments)
  "Let the server run COMMAND with ARGUMENTS and return its answer."
  (with-lsp-workspace (lsp-find-workspace 'fim (buffer-file-name))
    (lsp-request "workspace/executeCommand"
                 (list :command command :arguments (vconcat arguments)))))

(defun fim-toggle ()
  "Switch the suggestions on or off."
  (interactive)
  (fim--execute "fim.toggle"))

(defun fim-toggle-document ()
  "Switch the suggestions in this document on or off."
  (interactive)
  (fim--execute "fim.toggleDocument" (lsp--buffer-uri)))

(defun fim-toggle-language ()
  "Switch the suggestions in this language on or off."
  (interactive)
  (fim--execute "fim.toggleLanguage" (lsp--buffer-uri)))

(defun fim-snooze (minutes)
  "Suggest nothing while typing for MINUTES."
  (interactive "nMinutes: ")
  (fim--execute "fim.snooze" minutes))

(defun fim-status ()
  "Show who answers, the last reason and the counts."
  (interactive)
  (message "%s" (lsp-get (fim--execute "fim.status") :text)))

(provide 'fim-lsp-mode)
;;; fim-lsp-mode.el ends here
