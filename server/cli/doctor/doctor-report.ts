/** The doctor's findings, one line each: what works, what needs attention, what fails, and the remedy. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed";
  /** For people, without keys and without document text. */
  readonly text: string;
  readonly remedy?: string;
  /** The same for `--json`. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function ok(name: string, text: string, facts?: Check["facts"]): Check {
  return { name, state: "ok", text, ...(facts && { facts }) };
}

export function warning(name: string, text: string, remedy?: string): Check {
  return { name, state: "warning", text, ...(remedy !== undefined && { remedy }) };
}

export function failed(name: string, text: string, remedy?: string): Check {
  return { name, state: "failed", text, ...(remedy !== undefined && { remedy }) };
}

const marks = { ok: "✓", warning: "!", failed: "✗" } as const;
const colors = { ok: 32, warning: 33, failed: 31 } as const;

export function checkLine({ name, state, text, remedy }: Check, hasColors: boolean): string {
  const mark = hasColors ? `\u001B[${colors[state]}m${marks[state]}\u001B[0m` : marks[state];
  const end = remedy === undefined ? "" : ` — ${remedy}`;
  return `${mark} ${name}: ${text}${end}\n`;
}
