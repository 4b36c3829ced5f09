import { eglot } from "./drivers/emacs.ts";
import { editorScenarios } from "./scenarios.ts";

editorScenarios(eglot);
