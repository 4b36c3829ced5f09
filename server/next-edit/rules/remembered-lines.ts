/** Texts of lines by document with what is known of each: the oldest is forgotten first. */

const mostLines = 256;

export class RememberedLines {
  readonly #values = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  set(uri: string, line: string, value: string): void {
    const key = keyOf(uri, line);
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (oldest !== undefined && this.#values.size > mostLines) this.#values.delete(oldest);
  }

  get(uri: string, line: string): string | undefined {
    return this.#values.get(keyOf(uri, line));
  }

  forget(uri: string): void {
    const start = keyOf(uri, "");
    for (const key of this.#values.keys()) if (key.startsWith(start)) this.#values.delete(key);
  }

  copy(): RememberedLines {
    const copy = new RememberedLines();
    for (const [key, value] of this.#values) copy.#values.set(key, value);
    return copy;
  }
}

function keyOf(uri: string, line: string): string {
  return `${uri}\0${line}`;
}
