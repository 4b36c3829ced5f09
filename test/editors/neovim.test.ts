import { neovimGhostText, neovimMenu } from "./drivers/neovim.ts";
import { editorScenarios } from "./scenarios.ts";

editorScenarios(neovimGhostText);
editorScenarios(neovimMenu);
