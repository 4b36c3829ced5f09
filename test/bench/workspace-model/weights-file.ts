/** Writes fitted weights as the source file that ships them. */
import { writeFileSync } from "node:fs";
import { columns, toNamed, type Model } from "../../../server/workspace-model/predict/columns.ts";
import type { Weights } from "../../../server/workspace-model/predict/weights.ts";

const file = new URL("../../../server/workspace-model/predict/fitted-weights.ts", import.meta.url);

/** `origin` says on what they were fitted, for the file's head. */
export function writeWeights(weights: Weights, origin: string): void {
  const models = Object.keys(columns) as Model[];
  const fields = models.map((model) => {
    const lines = Object.entries(toNamed(model, weights[model])).map(
      ([name, value]) => `    ${name}: ${literal(value)},\n`,
    );
    return `  ${model}: {\n${lines.join("")}  },\n`;
  });
  const text = `/**
 * The fitted numbers, written by the benchmark's \`--fit\`: logistic regressions, and maximum likelihood for the
 * mixture. Fitted on ${origin}.
 */
import { toWeights } from "./weights.ts";

export const fittedWeights = toWeights({
${fields.join("")}});
`;
  writeFileSync(file, text);
}

function literal(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}
