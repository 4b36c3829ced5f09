/**
 * Takes out of a text what looks like a secret, before the text is sent (`prompt.maskSecrets`). Each character of
 * a secret becomes one `*`, so that no offset moves and a window keeps its size. Four kinds of evidence: a form
 * that only tokens have, a name beside a value, a command or call that takes one, a document that holds them.
 * A safety net with holes: a secret that looks like ordinary text is not found.
 */
import { commandRanges } from "./command-secrets.ts";
import { documentRanges } from "./document-secrets.ts";
import { namedRanges } from "./named-values.ts";
import { privateKeyRanges } from "./private-keys.ts";
import { wordShare } from "./randomness.ts";
import { rangesOf, type SecretRange } from "./secret-range.ts";
import { isExample } from "./secret-values.ts";
import { tokenForms } from "./token-forms.ts";
import { urlRanges } from "./url-secrets.ts";

export interface Masked {
  /** As long as the text given. */
  readonly text: string;
  /** Secrets found. */
  readonly count: number;
}

export interface MaskOptions {
  /** The text is of a language where values stand without quotes, as in a shell or in YAML. */
  readonly hasBareValues?: boolean | undefined;
  /** Only secrets in this part are counted; without it, in the whole text. */
  readonly counted?: SecretRange;
}

/** Every pattern runs in time linear in the text: repetitions are bounded, alternatives begin differently. */
export function maskSecrets(text: string, options: MaskOptions = {}): Masked {
  const ranges: SecretRange[] = [
    ...privateKeyRanges(text),
    ...tokenRanges(text),
    ...urlRanges(text),
    ...rangesOf(
      text,
      authorization,
      (value) => /\d/.test(value) && /[A-Za-z]/.test(value) && isTokenItself(value),
    ),
    ...namedRanges(text, options.hasBareValues === true),
    ...commandRanges(text),
    ...documentRanges(text),
  ];
  return ranges.length === 0 ? { text, count: 0 } : replaced(text, ranges, options.counted);
}

const token = new RegExp(
  `(?<![A-Za-z0-9_])(?:${tokenForms.map(({ form }) => form).join("|")})(?![A-Za-z0-9])`,
  "gd",
);

/** Tokens are long runs of few characters: looking for those first spares all other text the long list. */
const longRun = /[\w+/=.~$:,-]{15,}/g;

function tokenRanges(text: string): SecretRange[] {
  return Array.from(text.matchAll(longRun)).flatMap(({ 0: run, index }) =>
    rangesOf(run, token, isTokenItself).map(({ start, end }) => ({
      start: start + index,
      end: end + index,
    })),
  );
}

const authorization = /\b(?:bearer|basic|token)[ \t]{1,4}([A-Za-z0-9+/_~.=-]{16,2000})/dgi;

/** Names of classes and options begin like tokens, too: those are words. */
function isTokenItself(value: string): boolean {
  return !isExample(value) && wordShare(value) < 0.5;
}

function replaced(
  text: string,
  ranges: readonly SecretRange[],
  counted: SecretRange = { start: 0, end: text.length },
): Masked {
  let masked = "";
  let done = 0;
  let count = 0;
  for (const { start, end } of ranges.toSorted((one, two) => one.start - two.start)) {
    // Found by two patterns, it is one secret.
    if (start >= done && end > counted.start && start < counted.end) count += 1;
    if (end <= done) continue;
    const from = Math.max(start, done);
    masked += text.slice(done, from) + text.slice(from, end).replaceAll(/[^\s]/g, "*");
    done = end;
  }
  return { text: masked + text.slice(done), count };
}
