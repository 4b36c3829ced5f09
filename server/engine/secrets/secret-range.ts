/** Where a secret stands in a text. */
export interface SecretRange {
  readonly start: number;
  readonly end: number;
}

/** The first group of each match, or the whole match where the pattern has no group. Patterns carry `d` and `g`. */
export function rangesOf(
  text: string,
  pattern: RegExp,
  isSecret: (value: string) => boolean,
): SecretRange[] {
  const found: SecretRange[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, value] = match;
    const [start, end] = match.indices?.[value === undefined ? 0 : 1] ?? [0, 0];
    if (isSecret(value ?? whole)) found.push({ start, end });
  }
  return found;
}
