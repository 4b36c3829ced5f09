/**
 * A bracket scan that knows strings and comments. Without a parser it shows what is open at the cursor and whether
 * an answer closes too much. Callers bound the text, because the cost grows with its length.
 */
import type { Language, StringForm } from "../languages/language.ts";
import { code, enter, insideKey, skipInside, type Inside } from "./inside.ts";

export type Closer = ")" | "]" | "}";

export interface Bracket {
  readonly close: Closer;
  /** Index in the scanned text; -1 if it was opened before that text. */
  readonly index: number;
}

export interface BracketState {
  /** Brackets that are open, outermost first. */
  readonly open: readonly Bracket[];
  readonly inside: Inside;
  /** Strings whose interpolation is being scanned, each with the depth at its start. */
  readonly interpolations: readonly Interpolation[];
  /** End words of here-documents that begin on the next line. */
  readonly hereDocuments: readonly string[];
}

export interface BracketScan extends BracketState {
  /** Closers without a partner, in order. */
  readonly unmatched: readonly UnmatchedCloser[];
}

export interface UnmatchedCloser extends Bracket {
  /** True if a bracket of another kind was open there, so that this closer skips it. */
  readonly isCrossing: boolean;
}

interface Interpolation {
  readonly form: StringForm;
  readonly depth: number;
}

export const atCode: BracketState = {
  open: [],
  inside: code,
  interpolations: [],
  hereDocuments: [],
};

/** The same state without open brackets, for scanning the following text on its own. */
export function withoutOpen(state: BracketState): BracketState {
  const interpolations = state.interpolations.map(({ form }) => ({ form, depth: 0 }));
  return { ...state, open: [], interpolations };
}

/** True if text after either state reads the same, regardless of open brackets. */
export function isSameInside(one: BracketState, two: BracketState): boolean {
  return stateKey(one) === stateKey(two);
}

/** Scans all of `text`, starting from `initial`. A closer that does not fit the innermost opener is unmatched. */
export function scanBrackets(
  text: string,
  language: Language,
  initial: BracketState = atCode,
): BracketScan {
  const open: Bracket[] = initial.open.map(({ close }) => ({ close, index: -1 }));
  const unmatched: UnmatchedCloser[] = [];
  const interpolations = [...initial.interpolations];
  const hereDocuments = [...initial.hereDocuments];
  let { inside } = initial;
  let index = 0;
  while (index < text.length) {
    if (inside.kind !== "code") {
      const next = skipInside(text, index, inside);
      index = next.index;
      if (next.isInClass !== undefined) inside = { kind: "regExp", isInClass: next.isInClass };
      if (next.end === "interpolation" && inside.kind === "string") {
        interpolations.push({ form: inside.form, depth: open.length });
        inside = code;
      } else if (next.end === "closed") inside = code;
      continue;
    }
    const unit = text.charCodeAt(index);
    // Fast path: most characters are letters and blanks.
    if (unit >= 128 || language.isPlain[unit] === 1) {
      index++;
      continue;
    }
    if (unit === 10) {
      const word = hereDocuments.shift();
      if (word !== undefined) inside = { kind: "hereDocument", word };
      index++;
      continue;
    }
    const close = closerOf(unit);
    if (close !== undefined) open.push({ close, index });
    else if (unit === 41 || unit === 93 || unit === 125) {
      const interpolation = interpolations.at(-1);
      if (unit === 125 && interpolation !== undefined && interpolation.depth >= open.length) {
        interpolations.pop();
        inside = { kind: "string", form: interpolation.form };
      } else if (open.at(-1)?.close.charCodeAt(0) === unit) open.pop();
      else {
        const closer = String.fromCharCode(unit) as Closer;
        unmatched.push({ close: closer, index, isCrossing: open.length > 0 });
      }
    }
    const entered = enter(text, index, language);
    // `{-` and `[[`: the bracket just seen is part of this sign and not a bracket.
    if (entered !== undefined && close !== undefined) open.pop();
    inside = entered?.inside ?? inside;
    if (entered?.hereDocument !== undefined) hereDocuments.push(entered.hereDocument);
    index += entered?.length ?? 1;
  }
  return { open, inside, interpolations, hereDocuments, unmatched };
}

function closerOf(unit: number): Closer | undefined {
  return unit === 40 ? ")" : unit === 91 ? "]" : unit === 123 ? "}" : undefined;
}

function stateKey({ inside, hereDocuments }: BracketState): string {
  return `${insideKey(inside)} ${hereDocuments.join(" ")}`;
}
