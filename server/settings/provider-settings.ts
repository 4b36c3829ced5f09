/** The rows of the settings table that choose the provider and how it is asked. */
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

/** Decides where text and key go, so it is never taken from a file inside the workspace. */
const user = { scope: "user" } as const;

export const providerSettings = {
  "provider.name": choice(
    ["auto", "mistral", "workspace", "llama-cpp", "ollama", "openai", "deepseek"],
    "auto",
    "The provider that answers. `auto`: Mistral if a key is found, otherwise a local server that is running, otherwise the workspace model.",
    user,
  ),
  "provider.endpoint": optionalText(
    "url",
    "Base URL of the provider's API. Not set: the provider's default, which depends on where the key was found.",
    user,
  ),
  "provider.model": text(
    "codestral-latest",
    "Id of the model. With the default, a local server uses the model that it has loaded.",
    user,
  ),
  "provider.apiKeyEnv": optionalText(
    "environmentVariable",
    "Name of the environment variable that holds the key. Not set: `CODESTRAL_API_KEY`, `MISTRAL_API_KEY` or `DEEPSEEK_API_KEY`, each only for its own host. For any other host, name the variable here.",
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
    "File with the key. Only you may be able to read it.",
    user,
  ),
  "provider.allowInsecure": flag(
    false,
    "Allow a plain http endpoint on another machine. Text and key are then sent unencrypted.",
    user,
  ),
  "provider.temperature": optionalFraction(
    [0, 2],
    "Sampling temperature. Not set: the model's default.",
  ),
  "provider.topP": optionalFraction([0, 1], "Nucleus sampling. Not set: the model's default."),
  "provider.minTokens": optionalWhole(
    [0, 256],
    "Minimum number of tokens in an answer. Forces the model to continue past its own end.",
  ),
  "provider.maxOutputTokens": whole(
    256,
    [1, 2048],
    "Maximum number of tokens in an answer of several lines. A single line uses at most 64.",
  ),
  "provider.stop": texts([], 16, "Additional texts at which the model stops."),
  "provider.randomSeed": optionalWhole(
    [0, 2_147_483_647],
    "Seed for repeatable answers, if the provider supports it.",
  ),
  "provider.keepAliveMinutes": optionalWhole(
    [-1, 100_000],
    "How long Ollama keeps the model loaded after a request; -1: forever. Not set: Ollama's own setting (`OLLAMA_KEEP_ALIVE`).",
  ),
  "provider.stream": flag(
    true,
    "Read the answer while it is generated, so that it can be stopped early.",
  ),
  "provider.promptCacheKey": flag(
    true,
    "Send a random key per session, so that the provider can reuse its cache of the prompt.",
  ),
  "provider.firstByteTimeoutMs": whole(
    5000,
    [100, 120_000],
    "Give up if no byte arrives within this time. A local server that reads slowly or loads its model gets more.",
  ),
  "provider.requestTimeoutMs": whole(
    20_000,
    [100, 600_000],
    "Give up if the answer is not complete after this time.",
  ),
  "provider.maxRequestsPerMinute": optionalWhole(
    [1, 100_000],
    "Skip automatic requests beyond this rate. Not set: learned from the provider's rate-limit headers.",
  ),
  "provider.proxy": optionalText(
    "proxyUrl",
    "Proxy for the provider. Not set: `HTTPS_PROXY` and `NO_PROXY`.",
    { ...user, isSensitive: true },
  ),
  "provider.caFile": optionalText(
    "path",
    "File of certificates (PEM) to trust in addition to the built-in ones.",
    user,
  ),
  "template.custom": optionalTemplate(
    "FIM template for a model that the server does not know, for providers without a suffix field: `text` with `{prefix}` and `{suffix}`, `sentinels`, `stops`, and `snippet` with `{path}` and `{text}`.",
  ),
} as const satisfies Readonly<Record<string, SettingDefinition>>;
