/** The layout of `--explain`: rows, headings and blocks of text, without characters that move the cursor. */
import type { CommandIo } from "../command.ts";

const nameWidth = 10;

export function row(name: string, text: string): string {
  return `${name.padEnd(nameWidth)} ${visible(text)}`.trimEnd();
}

export function heading(text: string, { hasColors }: CommandIo): string {
  return hasColors ? `\n\u001B[1m${text}\u001B[0m` : `\n${text}`;
}

/** Text unchanged, with a mark at the start of each line, so that blanks and empty lines are visible. */
export function block(text: string): string[] {
  return text.split("\n").map((line) => `  │${visible(line)}`);
}

/** On one line, in quotes. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A file or a model may contain any character. Those that would control the terminal are escaped. */
export function visible(text: string): string {
  return text.replaceAll(steering, (unit) => {
    const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
}

/** Control characters except tab and line feed, and characters that reverse text. */
const steering = /(?![\t\n])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
