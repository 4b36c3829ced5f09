import { afterAll } from "vitest";
import { vscode } from "../drivers/vscode.ts";
import { editorScenarios } from "../scenarios.ts";
import { closeBrowser } from "../support/browser.ts";

editorScenarios(vscode);

afterAll(closeBrowser);
