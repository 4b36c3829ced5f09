/** The part of the table of settings that says who answers, and how it is asked. */
import {
  choice,
  flag,
  optionalFraction,
  optionalTemplate,
  optionalText,
  optionalWhole,
  text,
  texts,
  whole,
  type SettingDefinition,
} from "./definition.ts";

/** Decides where text and key go: never taken from a file inside the workspace. */
const user = { scope: "user" } as const;

export const providerSettings = {
  "provider.name": choice(
    ["auto", "mistral", "workspace", "llama-cpp", "ollama", "openai", "deepseek"],
    "auto",
    "Who answers. `auto`: Mistral when a key is found, else a local server that is running, else the workspace model.",
    user,
  ),
  "provider.endpoint": optionalText(
    "url",
    "Base URL of the provider's API. Not set: the provider's own, chosen by where the key was found.",
    user,
  ),
  "provider.model": text(
    "codestral-latest",
    "The model's id. Local servers take the default to mean the model that they have loaded.",
    user,
  ),
  "provider.apiKeyEnv": optionalText(
    "environmentVariable",
    "Name of the environment variable that holds the key. Not set: `CODESTRAL_API_KEY`, `MISTRAL_API_KEY` or `DEEPSEEK_API_KEY`, each for its own host; another host's has to be named.",
    { ...user, isSensitive: true },
  ),
  "provider.apiKeyCommand": texts(
    [],
    64,
    'Program and arguments that print the key on one line, run without a shell, for example `["pass", "show", "mistral"]`.',
    { ...user, isSensitive: true },
  ),
  "provider.apiKeyFile": optionalText(
    "path",
    "File that holds the key and that only you can read.",
    user,
  ),
  "provider.allowInsecure": flag(
    false,
    "Allow an endpoint over plain http on another machine. Text and key then travel unencrypted.",
    user,
  ),
  "provider.temperature": optionalFraction(
    [0, 2],
    "Sampling temperature. Not set: the model's default.",
  ),
  "provider.topP": optionalFraction([0, 1], "Nucleus sampling. Not set: the model's default."),
  "provider.minTokens": optionalWhole(
    [0, 256],
    "Fewest tokens that the model may answer with; forces text past its own end.",
  ),
  "provider.maxOutputTokens": whole(
    256,
    [1, 2048],
    "Most tokens of an answer of several lines; single lines use at most 64 of them.",
  ),
  "provider.stop": texts([], 16, "Further texts at which the model stops."),
  "provider.randomSeed": optionalWhole(
    [0, 2_147_483_647],
    "Seed for repeatable answers, where the provider has one.",
  ),
  "provider.keepAliveMinutes": optionalWhole(
    [-1, 100_000],
    "How long Ollama keeps the model loaded after a request; -1: for good. Not set: as the server is set up (`OLLAMA_KEEP_ALIVE`).",
  ),
  "provider.stream": flag(
    true,
    "Read the answer as it is generated, so that it can be stopped early.",
  ),
  "provider.promptCacheKey": flag(
    true,
    "Send a random key per session that lets the provider reuse what it has read.",
  ),
  "provider.firstByteTimeoutMs": whole(
    5000,
    [100, 120_000],
    "Give up when nothing has come back after this time. A local server that reads slowly or loads its model gets more.",
  ),
  "provider.requestTimeoutMs": whole(
    20_000,
    [100, 600_000],
    "Give up when the answer has not ended after this time.",
  ),
  "provider.maxRequestsPerMinute": optionalWhole(
    [1, 100_000],
    "Skip automatic requests beyond this rate. Not set: learnt from the provider's rate-limit headers.",
  ),
  "provider.proxy": optionalText(
    "proxyUrl",
    "Proxy for the provider. Not set: `HTTPS_PROXY` and `NO_PROXY`.",
    { ...user, isSensitive: true },
  ),
  "provider.caFile": optionalText(
    "path",
    "Certificates (PEM) trusted beside the built-in ones.",
    user,
  ),
  "template.custom": optionalTemplate(
    "FIM template for a model that the server does not know, for providers without a suffix field: `text` with `{prefix}` and `{suffix}`, `sentinels`, `stops`, and `snippet` with `{path}` and `{text}`.",
  ),
} as const satisfies Readonly<Record<string, SettingDefinition>>;
