/** The part of `--explain` that shows a prompt: windows, excerpts, tokens, mode and why. */
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

/** What a provider with fields for prompt and suffix would be sent: nothing leaves the process. */
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
  textFollows: "text follows on the line",
  lineBefore: "a filled line follows, to write another before",
  insideString: "the cursor is in a string",
  insideComment: "the cursor is in a comment",
  insideArguments: "the cursor is in arguments",
  prose: "the language is prose",
  emptyBlock: "the line before opens a block that is empty",
  emptyLine: "the line is empty",
  afterComment: "a comment announces what follows",
  justAccepted: "a suggestion was accepted just now",
  blockMayOpen: "the line may open a block",
  line: "a line is under way",
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
  similar: "similar to what stands here",
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
