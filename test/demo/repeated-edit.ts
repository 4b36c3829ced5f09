/** The demo of the next edit: an argument is added twice, and the third place is offered. */
import { join } from "node:path";

import type { Edit, NextPlace } from "./client.ts";
import { span, type Line } from "./picture.ts";

/** In a language that the project has no file of: this very file would hold the same lines. */
const name = "shapes.py";
const lines = [
  "draw_circle(canvas, center)",
  "canvas.save()",
  "draw_circle(canvas, origin)",
  "draw_circle(canvas, target)",
];
const added = ", style";
const edits: readonly Edit[] = [0, 2].map((line) => ({
  line,
  character: (lines[line] ?? "").length - 1,
  text: added,
}));

export function repeatedEdit(folder: string) {
  return { file: join(folder, name), lines, edits };
}

export function repeatedEditLines(place: NextPlace | null): readonly Line[] {
  const heading: Line = [
    span("strong", "an argument added twice"),
    span("faint", `  ${name}:${(place?.range.start.line ?? 0) + 1}`),
  ];
  const shown = lines.map((text, line): Line => {
    const number = span("faint", `${String(line + 1).padStart(6)} `);
    const edit = edits.find((each) => each.line === line);
    if (edit !== undefined) {
      const before = text.slice(0, edit.character);
      return [number, span("faint", `${before}${edit.text}${text.slice(edit.character)}`)];
    }
    if (line !== place?.range.start.line) return [number, span("faint", text)];
    const { character } = place.range.start;
    return [
      number,
      span("plain", text.slice(0, character)),
      span("ghost", place.newText),
      span("plain", text.slice(character)),
    ];
  });
  const verdict =
    place === null ? "no next place" : `the next edit, ${place.latencyMs.toFixed(1)} ms`;
  return [heading, ...shown, [span("faint", `       ${verdict}`)]];
}
