import { helix } from "./drivers/helix.ts";
import { editorScenarios } from "./scenarios.ts";

editorScenarios(helix);
