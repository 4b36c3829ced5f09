/** The part of `--explain` that shows what each step did to an answer. */
import type { StepTrace } from "../../engine/postprocess/index.ts";
import { quoted, row } from "./explain-layout.ts";
import { describeReason } from "../reasons.ts";

/** One row for each step that did something. */
export function describeSteps(steps: readonly StepTrace[]): string[] {
  const rows: string[] = [];
  let idle = 0;
  let previous: StepTrace["draft"];
  for (const { step, draft, dropped } of steps) {
    if (dropped !== undefined) rows.push(line(step, `dropped: ${describeReason(dropped)}`));
    else if (draft !== undefined && previous !== undefined) {
      const change = describeChange(previous, draft);
      if (change === undefined) idle++;
      else rows.push(line(step, change));
    }
    previous = draft ?? previous;
  }
  return [...rows, line("others", `${idle} steps changed nothing`)];
}

type Draft = NonNullable<StepTrace["draft"]>;

function describeChange(before: Draft, after: Draft): string | undefined {
  const changes: string[] = [];
  if (before.text !== after.text) {
    changes.push(
      before.text.startsWith(after.text)
        ? `took ${quoted(before.text.slice(after.text.length))} from the end`
        : `made it ${quoted(after.text)}`,
    );
  }
  if (before.replacedLength !== after.replacedLength) {
    changes.push(`replaces ${after.replacedLength} characters right of the cursor`);
  }
  return changes.length === 0 ? undefined : changes.join(", ");
}

function line(step: string, text: string): string {
  return row("", `${step.padEnd(20)} ${text}`);
}
