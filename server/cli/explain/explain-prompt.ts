/** The part of `--explain` that shows a prompt: windows, excerpts, tokens, mode and the reasons. */
import type { ModeReason } from "../../engine/prompt/completion-mode.ts";
import type { ContextSnippet, FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { CompletionSite } from "../../engine/site.ts";
import type { CommandIo } from "../command.ts";
import { block, heading, quoted, row } from "./explain-layout.ts";
import { invokedPrompt } from "./invoked-prompt.ts";
import type { LoadedSettings } from "../load-settings.ts";

export function describePrompt(prompt: FimPrompt, io: CommandIo): string[] {
  return [
    heading("Prompt, as it was sent", io),
    ...facts(prompt),
    ...snippets(prompt),
    ...texts(prompt),
  ];
}

/** The prompt for a provider with fields for prompt and suffix. Nothing is sent. */
export function describeUnsentPrompt(
  site: CompletionSite,
  { settings }: LoadedSettings,
  io: CommandIo,
): string[] {
  const shape: PromptShape = {
    kind: "native",
    order: "suffixFirst",
    snippets: "plusHeader",
    maxStops: 4,
  };
  const prompt = invokedPrompt(site, shape, settings);
  return [heading("Prompt, as a provider would get it", io), ...facts(prompt), ...texts(prompt)];
}

function facts(prompt: FimPrompt): string[] {
  const { mode, modeReason, prefixBytes, suffixBytes, stops } = prompt;
  const lines = mode === "singleLine" ? "one line" : "several lines";
  const why = Object.hasOwn(modeReasons, modeReason)
    ? modeReasons[modeReason as ModeReason]
    : modeReason;
  return [
    row("mode", `${lines}: ${why}`),
    row("tokens", `about ${prompt.estimatedTokens} in, at most ${prompt.maxOutputTokens} out`),
    row(
      "windows",
      `bytes ${prefixBytes.start} to ${prefixBytes.end}, ${suffixBytes.start} to ${suffixBytes.end}`,
    ),
    row("stops", stops.length === 0 ? "none" : stops.map(quoted).join(", ")),
  ];
}

const modeReasons: Readonly<Record<ModeReason, string>> = {
  textFollows: "there is more text on the line",
  lineBefore: "the next line is not empty: a line is inserted before it",
  insideString: "the cursor is in a string",
  insideComment: "the cursor is in a comment",
  insideArguments: "the cursor is in arguments",
  prose: "the language is prose",
  emptyBlock: "the previous line opens an empty block",
  emptyLine: "the line is empty",
  afterComment: "a comment announces what follows",
  justAccepted: "a suggestion was accepted just now",
  blockMayOpen: "the line may open a block",
  line: "the cursor is within a line",
};

function snippets({ snippets: chosen }: FimPrompt): string[] {
  if (chosen.length === 0) return [row("excerpts", "none")];
  return chosen.flatMap(describeSnippet);
}

function describeSnippet({ path, score, origin, text }: ContextSnippet): string[] {
  return [row("excerpt", `${path}, ${origins[origin]}, score ${score.toFixed(2)}`), ...block(text)];
}

const origins: Readonly<Record<ContextSnippet["origin"], string>> = {
  recentEdit: "edited recently",
  similar: "similar to the text at the cursor",
  definition: "defines what this file imports",
};

function texts(prompt: FimPrompt): string[] {
  switch (prompt.kind) {
    case "native":
      return [
        row("prompt", ""),
        ...block(prompt.prompt),
        row("suffix", ""),
        ...block(prompt.suffix),
      ];
    case "infill":
      return [
        row("prefix", ""),
        ...block(prompt.prefix),
        row("line", ""),
        ...block(prompt.linePrefix),
        row("suffix", ""),
        ...block(prompt.suffix),
      ];
    case "rendered":
      return [row("text", ""), ...block(prompt.text)];
  }
}
