/**
 * Where a text stops being JSON. The parser's own message tells no place, or quotes the text, which may hold
 * a secret.
 */

/** White space, then a string, a number or word, a mark, or nothing that is known. */
const tokens =
  // oxlint-disable-next-line no-control-regex
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:])|)/y;

/** First signs of what may stand next: a string, a number or word (`0`), or a mark. */
const value = '"0{[';

/** The line, counted from 1, of the first thing that cannot stand where it does; the last when the text breaks off. */
export function jsonFaultLine(text: string): number {
  const closers: string[] = [];
  const afterValue = (): string => (closers.length > 0 ? `,${closers.at(-1)}` : "");
  const reader = new RegExp(tokens);
  let allowed = value;
  for (;;) {
    const [whole = "", string, word, mark] = reader.exec(text) ?? [];
    const sign = string === undefined ? (word === undefined ? (mark ?? "") : "0") : '"';
    if (sign === "" || !allowed.includes(sign)) {
      const blanks = whole.length - whole.trimStart().length;
      return lineAt(text, reader.lastIndex - whole.length + blanks);
    }
    if (sign === "{" || sign === "[") closers.push(sign === "{" ? "}" : "]");
    if (sign === "}" || sign === "]") closers.pop();
    const isKey = sign === '"' && !allowed.includes("0");
    if (isKey) allowed = ":";
    else if (sign === "{") allowed = '"}';
    else if (sign === "[") allowed = `${value}]`;
    else if (sign === ",") allowed = closers.at(-1) === "}" ? '"' : value;
    else if (sign === ":") allowed = value;
    else allowed = afterValue();
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
