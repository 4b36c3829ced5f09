/**
 * The reverse of a template: splits a rendered prompt into prefix, suffix and other files. A client that renders
 * prompts itself sends one text; the sentinels show which family it chose.
 */
import { templateFamilies, type FimTemplate } from "./templates.ts";

export interface PromptParts {
  readonly prefix: string;
  readonly suffix: string;
  /** Path of the current file, if the prompt contains it. */
  readonly path: string | undefined;
  readonly files: readonly PromptFile[];
}

export interface PromptFile {
  readonly path: string;
  readonly text: string;
}

interface Sentinels {
  readonly prefix: string;
  readonly suffix: string;
  /** Empty if the answer follows the last part without a sentinel, as for Codestral. */
  readonly middle: string;
  /** What the template writes after it, before the answer. */
  readonly end: string;
}

/** What a client may put before a file, for families with a form for other files. */
const fileHeaders = /(?<![^\n])(?:<\|file_sep\|>|<file_sep>|<filename>|\+{5} )(.+)\n/g;
/** Stands before the first file and does not belong to the text. */
const preambles = /^(?:<\|repo_name\|>|<repo_name>|<reponame>)[^\n<]*\n?/;
/** Text that no program contains but that looks like the sentinel of a family missing here. */
const unknownSentinel = /<[|｜[]?[a-z_▁-]*fim[a-z_▁-]*[|｜\]]?>|<\|(?:prefix|suffix|middle)\|>/i;

/** `undefined` if the prompt has sentinels of an unknown family. A prompt without sentinels is a prefix. */
export function takeApart(prompt: string): PromptParts | undefined {
  for (const sentinels of allSentinels) {
    const parts = split(prompt, sentinels);
    if (parts !== undefined) return parts;
  }
  if (unknownSentinel.test(prompt)) return undefined;
  return withFiles(prompt, "", "");
}

/** Splits a prefix that starts with other files: each is under a `+++++ path` line, and the current file comes last. */
export function takeFilesOff(prefix: string): PromptParts {
  return withFiles(prefix, "", "");
}

function split(
  prompt: string,
  { prefix, suffix, middle, end }: Sentinels,
): PromptParts | undefined {
  const atPrefix = prompt.indexOf(prefix);
  const atSuffix = prompt.indexOf(suffix);
  if (atPrefix < 0 || atSuffix < 0) return undefined;
  const atMiddle = middle === "" ? prompt.length : prompt.lastIndexOf(middle);
  if (atMiddle < Math.max(atPrefix, atSuffix)) return undefined;
  const behind = middle === "" ? "" : prompt.slice(atMiddle + middle.length);
  const begun = behind.startsWith(end) ? behind.slice(end.length) : behind;
  const head = prompt.slice(0, Math.min(atPrefix, atSuffix));
  // Their order shows which one the client put first.
  const isPrefixFirst = atPrefix < atSuffix;
  const before = prompt.slice(atPrefix + prefix.length, isPrefixFirst ? atSuffix : atMiddle);
  const after = prompt.slice(atSuffix + suffix.length, isPrefixFirst ? atMiddle : atPrefix);
  // StarCoder2 writes the file name after its sentinel, on the first line.
  if (!head.endsWith("<file_sep>")) return withFiles(before + begun, after, head);
  const [path = ""] = before.split("\n", 1);
  const own = before.slice(path.length + 1) + begun;
  return withFiles(own, after, `${head}${path}\n`);
}

/** Files are before the sentinels, or at the start of the prefix. */
function withFiles(prefix: string, suffix: string, head: string): PromptParts {
  const outside = filesOf(head.replace(preambles, ""));
  const inside = filesOf(prefix);
  const current = inside.length > 0 ? inside.at(-1) : undefined;
  const named = outside.at(-1)?.text.trim() === "" ? outside.at(-1) : undefined;
  const others = [...outside, ...inside].filter(
    (file) => file !== current && file !== named && file.text.trim() !== "",
  );
  return {
    prefix: current?.text ?? prefix,
    suffix,
    path: current?.path ?? named?.path,
    files: others,
  };
}

function filesOf(text: string): readonly PromptFile[] {
  const headers = [...text.matchAll(fileHeaders)];
  // A later header is ordinary text, because the client puts its files first.
  if (headers[0]?.index !== 0) return [];
  return headers.map((header, at) => ({
    path: (header[1] ?? "").trim(),
    text: text.slice(header.index + header[0].length, headers[at + 1]?.index),
  }));
}

/** As the templates write them, and also without the blanks that some templates put around a sentinel. */
const allSentinels: readonly Sentinels[] = unique(
  // Two families share their sentinels: the one that writes more behind them is tried first.
  templateFamilies
    .map(sentinelsOf)
    .toSorted((a, b) => b.end.length - a.end.length)
    .flatMap((written) => {
      return [
        written,
        {
          prefix: written.prefix.trim(),
          suffix: written.suffix.trim(),
          middle: written.middle.trim(),
          end: written.end.trim(),
        },
      ];
    }),
);

function sentinelsOf({ text, sentinels }: FimTemplate): Sentinels {
  const isPrefixFirst = text.indexOf("{prefix}") < text.indexOf("{suffix}");
  const [first = "", second = "", last = ""] = text.split(/\{(?:prefix|suffix)\}/);
  const [prefix, suffix] = isPrefixFirst ? [first, second] : [second, first];
  const middle = sentinels.find((each) => last.includes(each)) ?? "";
  const end = last.slice(last.indexOf(middle) + middle.length);
  return {
    prefix: lastSentinel(prefix, sentinels),
    suffix: lastSentinel(suffix, sentinels),
    middle: last.slice(0, last.length - end.length),
    end,
  };
}

/** The sentinel at the end of the literal, with the blanks around it: CodeLlama's blanks belong to the template. */
function lastSentinel(literal: string, sentinels: readonly string[]): string {
  const sentinel = sentinels.filter((each) => literal.includes(each)).at(-1) ?? "";
  return literal.trim() === sentinel ? literal : sentinel;
}

function unique(sentinels: readonly Sentinels[]): readonly Sentinels[] {
  return [...new Map(sentinels.map((each) => [Object.values(each).join("\0"), each])).values()];
}
