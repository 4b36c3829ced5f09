/** Text for one line of a message or a log: names of files and answers of servers may hold anything. */

/** Control characters, line separators and marks that turn the direction of text, which could write lines of their own. */
const unprintable = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;

export function printable(text: string): string {
  return text.replaceAll(unprintable, (char) => {
    return `\\u{${char.charCodeAt(0).toString(16)}}`;
  });
}
