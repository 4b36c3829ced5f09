/** Writes fitted weights as the source file that ships them. */
import { writeFileSync } from "node:fs";
import type { Weights } from "../../../server/workspace-model/predict/weights.ts";

const file = new URL("../../../server/workspace-model/predict/fitted-weights.ts", import.meta.url);

/** `origin` says on what they were fitted, for the file's head. */
export function writeWeights(weights: Weights, origin: string): void {
  const fields = Object.entries(weights).map(([name, numbers]: [string, readonly number[]]) => {
    const lines = Array.from({ length: Math.ceil(numbers.length / 8) }, (_, line) =>
      numbers
        .slice(line * 8, line * 8 + 8)
        .map(literal)
        .join(", "),
    );
    return `  ${name}: [\n${lines.map((line) => `    ${line},\n`).join("")}  ],\n`;
  });
  const text = `/**
 * The fitted numbers, written by the benchmark's \`--fit\`: logistic regressions, and maximum likelihood for the
 * mixture. Fitted on ${origin}.
 */
import type { Weights } from "./weights.ts";

// oxfmt-ignore
export const fittedWeights: Weights = {
${fields.join("")}};
`;
  writeFileSync(file, text);
}

function literal(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}
