/**
 * What the server needs to know about its client. Decided once at `initialize`, from the capabilities first and
 * from the name second. No single completion item is inserted correctly by every editor. Each profile is the shape
 * that one kind of editor was observed to insert correctly.
 */
import type { InitializeParams } from "vscode-languageserver/node";

import { positionEncodings, type PositionEncoding } from "../position.ts";

export type ProfileName =
  | "plain"
  | "plain-as-is"
  | "helix"
  | "nvim-snippet"
  | "single-line"
  | "relative"
  | "kak";

export interface ClientProfile {
  readonly name: ProfileName;
  /** `first`: the client cannot insert more than one line of a plain item. */
  readonly lines: "all" | "first";
  /** `snippet`: items of several lines must be snippets; otherwise only their first line is inserted. */
  readonly multiLine: "plain" | "snippet";
  /** `relative`: the client itself indents continuation lines like the current line. */
  readonly indentation: "absolute" | "relative";
  /** `document`: the client inserts `\n` unchanged, even into a document with CRLF lines. */
  readonly eol: "lf" | "document";
  /** `newText`: text that differs from the filter text would be interpreted as a snippet. */
  readonly filterText: "firstLine" | "label" | "newText";
  /**
   * How an empty list is marked. `incomplete`: after a complete list the client does not ask again. `whenLate`: nor
   * does it while another server's menu is open, but an incomplete list that arrives before other servers' answers
   * hides these. `whenPending`: incomplete only while an answer is pending.
   */
  readonly emptyList: "incomplete" | "whenLate" | "whenPending";
  /** 1, asIs: the client would otherwise re-indent the lines. */
  readonly insertTextMode: 1 | undefined;
}

const plain: ClientProfile = {
  name: "plain",
  lines: "all",
  multiLine: "plain",
  indentation: "absolute",
  eol: "lf",
  filterText: "firstLine",
  emptyList: "whenPending",
  insertTextMode: undefined,
};

const profiles: Readonly<Record<ProfileName, ClientProfile>> = {
  plain,
  // nvim-cmp, blink.cmp, VS Code, lsp-mode, LSP4IJ.
  "plain-as-is": { ...plain, name: "plain-as-is", insertTextMode: 1, emptyList: "incomplete" },
  // This client inserts raw text.
  helix: { ...plain, name: "helix", eol: "document", emptyList: "whenLate" },
  // Neovim's own menu inserts only the first line, unless the item is a snippet, which it indents.
  "nvim-snippet": { ...plain, name: "nvim-snippet", multiLine: "snippet", indentation: "relative" },
  // vim-lsp inserts further lines twice, ALE drops them, Neovim 0.10 joins them.
  "single-line": { ...plain, name: "single-line", lines: "first" },
  // Sublime Text re-indents, and shows the filter text unless the label starts with it.
  relative: { ...plain, name: "relative", indentation: "relative", filterText: "label" },
  // kakoune-lsp runs text through its snippet engine unless it equals the filter text.
  kak: { ...plain, name: "kak", filterText: "newText" },
};

/** The profile of the client that sent `params`. `override` is the setting `clientProfile`. */
export function clientProfile(params: InitializeParams, override: string): ClientProfile {
  return profiles[isProfileName(override) ? override : profileName(params)];
}

/**
 * UTF-16 if the client offers it or offers nothing: all observed clients support it, and mixed encodings cause
 * trouble in clients that talk to several servers. Otherwise, or if the setting asks for it, the client's preferred
 * encoding.
 */
export function positionEncoding(params: InitializeParams, setting: string): PositionEncoding {
  const offered = offeredEncodings(params);
  const wanted = offered.find((encoding) => encoding === setting);
  if (wanted !== undefined) return wanted;
  return offered.includes("utf-16") ? "utf-16" : (offered[0] ?? "utf-16");
}

/** vim-lsp does not mention encodings but counts code points. */
export function countsCodePoints(params: InitializeParams): boolean {
  return params.clientInfo?.name === "vim-lsp" && offeredEncodings(params).length === 0;
}

/** True if the client can show completion documentation as Markdown. Helix can although it does not announce it. */
export function readsMarkdown(params: InitializeParams): boolean {
  if (params.clientInfo?.name === "helix") return true;
  const formats = completionOf(params)?.completionItem?.documentationFormat;
  return Array.isArray(formats) && formats.includes("markdown");
}

/**
 * How the client paints ghost text that replaces text. `restOfLine`: it paints from the first column that differs,
 * so the rest of the line is sent. `insertion`: only text inserted at the cursor is certain to be painted
 * correctly.
 */
export type InlinePainting = "restOfLine" | "subsequence" | "insertion";

export function inlinePainting({ clientInfo }: InitializeParams): InlinePainting {
  const name = clientInfo?.name ?? "";
  if (name === "Neovim") return "restOfLine";
  return /^(?:Visual Studio Code|VSCodium|Cursor|Windsurf)/.test(name)
    ? "subsequence"
    : "insertion";
}

/** Whether the client requests the edit of a code action after the user has chosen it. */
export function resolvesActionEdits({ capabilities }: InitializeParams): boolean {
  const properties = capabilities?.textDocument?.codeAction?.resolveSupport?.properties;
  return Array.isArray(properties) && properties.includes("edit");
}

function profileName(params: InitializeParams): ProfileName {
  const name = params.clientInfo?.name;
  const completion = completionOf(params);
  const item = completion?.completionItem;
  const takesSnippets = item?.snippetSupport === true;
  const modes = item?.insertTextModeSupport?.valueSet;
  const knowsAsIs = Array.isArray(modes) && modes.includes(1);

  if (name === "vim-lsp" || name === "Vim") return "single-line";
  if ((name === undefined || name === null || name === "Neovim") && !takesSnippets) {
    return "single-line";
  }
  if (name === "Neovim" && !Array.isArray(modes)) return "nvim-snippet";
  if (!knowsAsIs && (Array.isArray(modes) || completion?.insertTextMode === 2)) return "relative";
  if (name === "kakoune-lsp") return "kak";
  if (name === "helix") return "helix";
  return knowsAsIs ? "plain-as-is" : "plain";
}

function completionOf(params: InitializeParams) {
  return params.capabilities?.textDocument?.completion;
}

function offeredEncodings(params: InitializeParams): readonly PositionEncoding[] {
  const offered = params.capabilities?.general?.positionEncodings;
  if (!Array.isArray(offered)) return [];
  const known: readonly unknown[] = positionEncodings;
  return offered.filter((encoding): encoding is PositionEncoding => known.includes(encoding));
}

function isProfileName(value: string): value is ProfileName {
  return Object.hasOwn(profiles, value);
}
