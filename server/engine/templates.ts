/** FIM templates per model family, as data. Source: `fim-api-http` survey of model cards and servers. */
export interface FimTemplate {
  readonly family: string;
  /** Which part stands first in the rendered text. */
  readonly order: "suffixFirst" | "prefixFirst";
  /** Text with the placeholders `{prefix}` and `{suffix}`, and `{path}` where the family tells it. */
  readonly text: string;
  /** How another file is put before it, with `{path}` and `{text}`; absent: other files are not sent. */
  readonly snippet?: string;
  /** Every special token of the family: neutralised in user text, cut from the answer. */
  readonly sentinels: readonly string[];
  /** The stop strings worth sending, most important first. */
  readonly stops: readonly string[];
}
