/** Lines of styled text, for a terminal, for a pipe and as a picture. */
export type Style = "plain" | "faint" | "ghost" | "strong" | "cursor";

export interface Span {
  readonly style: Style;
  readonly text: string;
}
export type Line = readonly Span[];

export function span(style: Style, text: string): Span {
  return { style, text };
}

/** With colours for a terminal; without, ghost text stands in `⟦⟧`. */
export function toTerminal(lines: readonly Line[], hasColors: boolean): string {
  const render = ({ style, text }: Span): string => {
    if (hasColors) return `${ansi[style]}${text}\u001B[0m`;
    return style === "ghost" ? `⟦${text}⟧` : text;
  };
  return lines.map((line) => `${line.map(render).join("").trimEnd()}\n`).join("");
}

const ansi: Readonly<Record<Style, string>> = {
  plain: "",
  faint: "\u001B[90m",
  // Dim and italic, as editors paint it.
  ghost: "\u001B[2;3m",
  strong: "\u001B[1m",
  cursor: "\u001B[7m",
};

const characterWidth = 8.4;
const lineHeight = 20;
const padding = 20;

/** A picture of the same lines that needs no font but a monospaced one. */
export function toSvg(lines: readonly Line[]): string {
  const columns = Math.max(...lines.map((line) => widthOf(line)));
  const width = Math.ceil(columns * characterWidth) + 2 * padding;
  const height = lines.length * lineHeight + 2 * padding;
  const rows = lines.map((line, index) => {
    const y = padding + (index + 0.75) * lineHeight;
    const spans = line.map(({ style, text }) => `<tspan class="${style}">${escape(text)}</tspan>`);
    return `<text x="${padding}" y="${y}" xml:space="preserve">${spans.join("")}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of npm run demo">
<style>
text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d8dee9; }
.faint { fill: #7b88a1; } .ghost { fill: #8fbcbb; font-style: italic; } .strong { font-weight: bold; }
</style>
<rect width="100%" height="100%" rx="8" fill="#242933"/>
${rows.join("\n")}
</svg>
`;
}

function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + Array.from(text).length, 0);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
