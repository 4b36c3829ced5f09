/** What a fuzzed session does that well-behaved clients do not, or seldom do; counted, as what never happens proves nothing. */
export const mutations = [
  "damaged framing",
  "split frames",
  "other headers",
  "JSON types",
  "nulls",
  "missing members",
  "additional members",
  "ranges reversed",
  "ranges beyond the end",
  "ranges in a surrogate pair",
  "ranges in a UTF-8 character",
  "ranges in a CRLF",
  "versions out of order",
  "requests before initialize",
  "initialized late or never",
  "changes of closed documents",
  "close and open at once",
  "duplicated requests",
  "duplicated notifications",
  "cancels of unknown requests",
  "cancels of finished requests",
  "cancels of pending requests",
  "documents side by side",
  "documents of 20 MB",
  "documents of one long line",
  "lone surrogates",
  "mixed line ends",
  "notebooks",
  "configuration storms",
  "workspace folders",
  "watched files",
  "items to resolve",
  "commands with bad arguments",
  "unknown methods",
] as const;

export type Mutation = (typeof mutations)[number];

export class MutationCounts {
  readonly #counts = new Map<Mutation, number>();

  of(mutation: Mutation): number {
    return this.#counts.get(mutation) ?? 0;
  }

  add(mutation: Mutation, count = 1): void {
    this.#counts.set(mutation, this.of(mutation) + count);
  }

  addAll(other: MutationCounts): void {
    for (const mutation of mutations) this.add(mutation, other.of(mutation));
  }

  get missing(): readonly Mutation[] {
    return mutations.filter((mutation) => this.of(mutation) === 0);
  }

  get summary(): string {
    return mutations.map((mutation) => `${mutation}: ${this.of(mutation)}`).join(", ");
  }
}

/** Of a text that is sent. */
export function countText(counts: MutationCounts, text: string): void {
  if (/\p{Surrogate}/u.test(text)) counts.add("lone surrogates");
  if (/\r\n/.test(text) && /\r(?!\n)|(?<!\r)\n/.test(text)) counts.add("mixed line ends");
}
