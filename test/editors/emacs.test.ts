import { eglot, lspMode } from "./drivers/emacs.ts";
import { editorScenarios } from "./scenarios.ts";

editorScenarios(eglot);
editorScenarios(lspMode);
