/** Makes text safe for one line of a message or a log: file names and server answers may contain any character. */

/** Control characters, line separators and marks that change text direction: they could forge lines. */
const unprintable = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu;

export function printable(text: string): string {
  return text.replaceAll(unprintable, (char) => {
    return `\\u{${char.charCodeAt(0).toString(16)}}`;
  });
}
