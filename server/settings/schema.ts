/**
 * The one table of settings. The `Settings` type, validation, the JSON Schema, the README's table and the
 * checks of the client configurations all come from it; a test fails when one of them drifts.
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

/** Decides where text and key go: never taken from a file inside the workspace. */
const user = { scope: "user" } as const;

export const settingsTable = {
  ...providerSettings,
  "prompt.tokenBudget": whole(
    1500,
    [64, 16_000],
    "Estimated tokens of document text that a prompt may hold at most. A local server that reads slowly gets fewer.",
  ),
  "prompt.prefixShare": fraction(
    0.7,
    [0.05, 0.95],
    "Share of the budget for the text before the cursor; what one side leaves unused goes to the other.",
  ),
  "prompt.snippets": flag(
    true,
    "Send short excerpts of other files where they are likely to help.",
  ),
  "prompt.maskSecrets": flag(
    true,
    "Replace what looks like a private key, a token or a password before text is sent.",
    user,
  ),
  "trigger.automatic": flag(
    true,
    "Suggest while typing. Off: only when the editor's key asks for it.",
  ),
  "trigger.debounceMs": whole(
    75,
    [0, 5000],
    "Wait after a key before asking; adapted to typing rhythm and latency, never applied when you ask by key.",
  ),
  "trigger.displayDelayMs": whole(
    0,
    [0, 5000],
    "Show a new suggestion no earlier than this after the last key. What is typed along stays; asking is not delayed.",
  ),
  "trigger.speculation": choice(
    ["auto", "on", "off"],
    "auto",
    "Ask ahead for what follows when a suggestion is accepted. `auto`: only where requests are free.",
  ),
  "trigger.skipMidWord": flag(
    true,
    "Do not ask while a word character stands right of the cursor.",
  ),
  "trigger.skipMidLine": flag(
    true,
    "Do not ask before text on the same line, unless it is only closing brackets, quotes or punctuation.",
  ),
  "trigger.skipStatementClosed": flag(
    true,
    "Do not ask behind a statement that is already closed.",
  ),
  "trigger.skipDeletion": flag(true, "Do not ask after text was deleted."),
  "trigger.skipSelection": flag(true, "Do not ask while text is selected, in editors that tell."),
  "trigger.skipReadOnly": flag(true, "Do not ask in files that nobody may write."),
  "trigger.inComments": flag(
    true,
    "Suggest in comments while typing. Off: there only when you ask by key.",
  ),
  "trigger.inStrings": flag(
    true,
    "Suggest in strings while typing, docstrings and here-documents too. Off: there only when you ask by key.",
  ),
  "completion.enabled": flag(true, "Answer `textDocument/completion` (menus)."),
  "completion.latencyBudgetMs": whole(
    300,
    [0, 60_000],
    "Longest wait of a menu; what comes later is shown on the next key.",
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
    "Language ids to suggest in while typing. Empty: all but the disabled ones.",
  ),
  "languages.disabled": texts([], 500, "Language ids to suggest in only when you ask by key."),
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
    "Patterns as in `.gitignore` of files that are never sent and never used as context. Yours are added to the built-in ones; `!pattern` takes one back.",
    { ...user, merge: "append" },
  ),
  "files.respectIgnoreFiles": flag(
    true,
    "Treat what `.fimignore` lists as excluded, and keep files that `.gitignore` lists out of the workspace model and of other files' prompts.",
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
    "How completion items are shaped for the editor. `auto`: from what the editor announces.",
  ),
  positionEncoding: choice(
    ["auto", "utf-16", "utf-8", "utf-32"],
    "auto",
    "Unit of positions, among those that the editor offers. `auto`: UTF-16 where offered.",
  ),
  "suggestions.minConfidence": optionalFraction(
    [0, 1],
    "Least probability of being right, per line, of what is shown while you type; 0 shows everything. A request by key always gets its first line. Not set: a number for each kind of source that loses next to no right line (0.7 for the workspace model).",
  ),
  "suggestions.maxLines": optionalWhole(
    [1, 1000],
    "Most lines of a suggestion; 1: one line only. Empty lines at its start do not count. Not set: as many as are likely.",
  ),
  "workspaceModel.role": choice(
    ["off", "fallback", "first"],
    "fallback",
    "Beside a provider. `fallback`: the workspace model answers when the provider cannot; `first`: also at once where it is sure.",
  ),
  "workspaceModel.maxBytes": whole(
    10_000_000,
    [0, 100_000_000],
    "Source text that the workspace model holds in memory; 0 holds open documents only.",
  ),
  "usage.record": flag(
    true,
    "Keep daily counts of requests, tokens and accepted suggestions, for `fim-language-server usage`. Numbers only, in a file of yours.",
  ),
  "usage.prices": texts(
    [],
    32,
    "Prices in US dollars per million tokens, by the beginning of the model's id: `MODEL=INPUT,CACHED,OUTPUT`. They come before the built-in list.",
  ),
  "log.level": choice(logLevels, "info", "Most detailed severity that is logged."),
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingKey = keyof typeof settingsTable;

/** Every setting with a value; `undefined` only where its description says what "not set" means. */
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

/** Names that settings had before. They are still understood. */
export const formerNames: Readonly<Record<string, SettingKey>> = {
  "workspaceModel.minConfidence": "suggestions.minConfidence",
};

export function isSettingKey(path: string): path is SettingKey {
  return Object.hasOwn(settingsTable, path);
}

/** The row of `key`, its value type erased: for code that treats all settings alike. */
export function definitionOf(key: SettingKey): SettingDefinition {
  return settingsTable[key];
}
