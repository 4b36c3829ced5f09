import { vimAle } from "./drivers/vim.ts";
import { editorScenarios } from "./scenarios.ts";

editorScenarios(vimAle);
