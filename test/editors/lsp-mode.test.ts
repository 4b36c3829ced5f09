import { lspMode } from "./drivers/emacs.ts";
import { editorScenarios } from "./scenarios.ts";

editorScenarios(lspMode);
