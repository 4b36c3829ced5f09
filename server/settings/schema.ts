/**
 * The one table of settings. The `Settings` type, validation, the JSON Schema, the documented table and the checks
 * of the client configurations all derive from it. A test fails if one of them drifts.
 */
import { logLevels } from "../base/log.ts";
import {
  choice,
  flag,
  fraction,
  optionalFraction,
  optionalWhole,
  texts,
  whole,
  type SettingDefinition,
} from "./definition.ts";
import { providerSettings } from "./provider-settings.ts";
import { nextEditSettings } from "./next-edit-settings.ts";

/** Decides where text and key go, so it is never taken from a file inside the workspace. */
const user = { scope: "user" } as const;

export const settingsTable = {
  ...providerSettings,
  "prompt.tokenBudget": whole(
    1500,
    [64, 16_000],
    "Maximum number of tokens (estimated) of document text in a prompt. A local server that reads slowly gets fewer.",
  ),
  "prompt.prefixShare": fraction(
    0.7,
    [0.05, 0.95],
    "Share of the budget for the text before the cursor. If one side needs less, the other side gets the rest.",
  ),
  "prompt.snippets": flag(true, "Send short excerpts of other files if they are likely to help."),
  "prompt.maskSecrets": flag(
    true,
    "Replace anything that looks like a private key, a token or a password before text is sent.",
    user,
  ),
  "trigger.automatic": flag(
    true,
    "Suggest while typing. Off: suggest only when you press the editor's key.",
  ),
  "trigger.debounceMs": whole(
    75,
    [0, 5000],
    "Wait after a keystroke before sending a request. Adapts to typing rhythm and latency. Does not apply when you ask by key.",
  ),
  "trigger.displayDelayMs": whole(
    0,
    [0, 5000],
    "Show a new suggestion no earlier than this after the last keystroke. A suggestion that you are typing along stays visible. Requests are not delayed.",
  ),
  "trigger.speculation": choice(
    ["auto", "on", "off"],
    "auto",
    "While a suggestion is shown, already request the text after it. `auto`: only if requests are free.",
  ),
  "trigger.skipMidWord": flag(true, "Do not ask when a word character is right of the cursor."),
  "trigger.skipMidLine": flag(
    true,
    "Do not ask when there is text right of the cursor on its line, except closing brackets, quotes or punctuation.",
  ),
  "trigger.skipStatementClosed": flag(
    true,
    "Do not ask after a statement that is already complete.",
  ),
  "trigger.skipDeletion": flag(true, "Do not ask after text was deleted."),
  "trigger.skipSelection": flag(
    true,
    "Do not ask while text is selected, in editors that report the selection.",
  ),
  "trigger.skipReadOnly": flag(true, "Do not ask in read-only files."),
  "trigger.inComments": flag(
    true,
    "Suggest in comments while typing. Off: there only when you ask by key.",
  ),
  "trigger.inStrings": flag(
    true,
    "Suggest in strings while typing, including docstrings and here-documents. Off: there only when you ask by key.",
  ),
  "completion.enabled": flag(true, "Answer `textDocument/completion` (menus)."),
  "completion.latencyBudgetMs": whole(
    300,
    [0, 60_000],
    "Longest time that a completion menu waits. A suggestion that arrives later is shown at the next keystroke.",
  ),
  "completion.sortLast": flag(
    true,
    "Sort the suggestion below other servers' items. Off: above them.",
  ),
  "inlineCompletion.enabled": flag(true, "Answer `textDocument/inlineCompletion` (ghost text)."),
  ...nextEditSettings,
  "languages.enabled": texts(
    [],
    500,
    "Language ids in which to suggest while typing. Empty: all except the disabled ones.",
  ),
  "languages.disabled": texts(
    [],
    500,
    "Language ids in which to suggest only when you ask by key.",
  ),
  "files.exclude": texts(
    [
      ".env",
      ".env.*",
      "!.env.example",
      "*.pem",
      "*.key",
      "*.p12",
      "*.pfx",
      "*.jks",
      "*.keystore",
      "*.kdbx",
      "id_rsa*",
      "id_dsa*",
      "id_ecdsa*",
      "id_ed25519*",
      ".netrc",
      "_netrc",
      ".npmrc",
      ".pypirc",
      ".pgpass",
      ".git-credentials",
      ".htpasswd",
      ".ssh/",
      ".gnupg/",
      ".aws/",
      ".azure/",
      ".kube/",
      ".docker/config.json",
      "*credentials*",
      "*secret*.json",
      "*secret*.y*ml",
      "*secret*.toml",
      "*.tfvars",
      "*.tfstate*",
    ],
    1000,
    "Files that are never sent and never used as context, as `.gitignore` patterns. Your patterns are added to the built-in ones; `!pattern` removes one.",
    { ...user, merge: "append" },
  ),
  "files.respectIgnoreFiles": flag(
    true,
    "Exclude files listed in `.fimignore`. Keep files listed in `.gitignore` out of the workspace model and out of other files' prompts.",
    user,
  ),
  "files.maxBytes": whole(
    20_000_000,
    [1000, 500_000_000],
    "Documents larger than this get no automatic suggestions.",
  ),
  clientProfile: choice(
    ["auto", "plain", "plain-as-is", "helix", "nvim-snippet", "single-line", "relative", "kak"],
    "auto",
    "Format of completion items. `auto`: chosen from the capabilities that the editor announces.",
  ),
  positionEncoding: choice(
    ["auto", "utf-16", "utf-8", "utf-32"],
    "auto",
    "Unit of positions, out of those that the editor offers. `auto`: UTF-16 if offered.",
  ),
  "suggestions.minConfidence": optionalFraction(
    [0, 1],
    "Minimum probability that a line is right for it to be shown while you type; 0 shows everything. A request by key always shows its first line. Not set: a value for each kind of source that hides almost no right lines (0.7 for the workspace model).",
  ),
  "suggestions.maxLines": optionalWhole(
    [1, 1000],
    "Maximum number of lines in a suggestion; 1: one line only. Empty lines at its start do not count. Not set: as many as are likely to be right.",
  ),
  "workspaceModel.role": choice(
    ["off", "fallback", "first"],
    "fallback",
    "Use of the workspace model next to a provider. `fallback`: it answers when the provider cannot. `first`: it also answers at once when it is sure.",
  ),
  "workspaceModel.maxBytes": whole(
    10_000_000,
    [0, 100_000_000],
    "Amount of source text that the workspace model keeps in memory. 0: open documents only.",
  ),
  "usage.record": flag(
    true,
    "Keep daily counts of requests, tokens and accepted suggestions for `fim-language-server usage`. The file is yours and contains only numbers.",
  ),
  "usage.prices": texts(
    [],
    32,
    "Prices in US dollars per million tokens, by the start of the model's id: `MODEL=INPUT,CACHED,OUTPUT`. They take precedence over the built-in list.",
  ),
  "log.level": choice(logLevels, "info", "Lowest severity that is logged."),
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingKey = keyof typeof settingsTable;

/** Every setting with a value; `undefined` only if its description says what "not set" means. */
export type Settings = {
  readonly [K in SettingKey]: (typeof settingsTable)[K] extends SettingDefinition<infer V>
    ? V
    : never;
};

/** In the table's order. */
export const settingKeys = Object.keys(settingsTable) as readonly SettingKey[];

export const defaultSettings: Settings = Object.freeze(
  Object.fromEntries(settingKeys.map((key) => [key, settingsTable[key].default])),
) as Settings;

/** Former names of settings. They are still accepted. */
export const formerNames: Readonly<Record<string, SettingKey>> = {
  "workspaceModel.minConfidence": "suggestions.minConfidence",
};

export function isSettingKey(path: string): path is SettingKey {
  return Object.hasOwn(settingsTable, path);
}

/** The row of `key` without its value type, for code that treats all settings alike. */
export function definitionOf(key: SettingKey): SettingDefinition {
  return settingsTable[key];
}
