/**
 * Describes what a client's settings would change compared with those the server was started with, and whether the
 * change is harmless.
 */
import { definitionOf, type SettingKey } from "../schema.ts";

/** By key: the part of a value that can only send less text, or to fewer places, than `start`. */
const strictParts: Partial<Record<SettingKey, (value: unknown, start: unknown) => unknown>> = {
  "provider.name": only("workspace"),
  "provider.allowInsecure": only(false),
  "prompt.maskSecrets": only(true),
  "files.respectIgnoreFiles": only(true),
  "files.exclude": withAdditions,
};

/** `undefined` if no part of it is harmless. */
export function strictPart(key: SettingKey, value: unknown, start: unknown): unknown {
  return strictParts[key]?.(value, start);
}

function only(strict: unknown): (value: unknown) => unknown {
  return (value) => (value === strict ? value : undefined);
}

/** For people: `want to send code to https://host and to run "pass" for the key`. Never quotes a possible secret. */
export function describeWish(values: ReadonlyMap<SettingKey, unknown>): string {
  const parts = [...values].map(([key, value]) => describe(key, value));
  const last = parts.pop() ?? "";
  const whole = parts.length === 0 ? last : `${parts.join(", to ")} and to ${last}`;
  return `want to ${whole}`;
}

const descriptions: Partial<Record<SettingKey, (value: unknown) => string>> = {
  "provider.endpoint": (value) => `send code to ${originOf(value)}`,
  "provider.name": (value) => `use the provider ${shown(value)}`,
  "provider.model": (value) => `use the model ${shown(value)}`,
  "provider.apiKeyCommand": (value) =>
    `run ${shown(Array.isArray(value) ? value[0] : value)} for the key`,
  "provider.apiKeyEnv": () => "take the key from a variable that they name",
  "provider.apiKeyFile": (value) => `read the key from ${shown(value)}`,
  "provider.proxy": (value) => `send it through the proxy ${originOf(value)}`,
  "provider.caFile": (value) => `trust the certificates of ${shown(value)}`,
  "provider.allowInsecure": () => "send it unencrypted",
  "prompt.maskSecrets": () => "send secrets unmasked",
  "files.exclude": () => "send files that are excluded now",
  "files.respectIgnoreFiles": () => "send files that .fimignore lists",
};

function describe(key: SettingKey, value: unknown): string {
  const described = descriptions[key]?.(value);
  if (described !== undefined) return described;
  return definitionOf(key).isSensitive ? `set ${key}` : `set ${key} to ${shown(value)}`;
}

/** A pattern with `!` includes a file again; any other pattern excludes more. */
function withAdditions(value: unknown, start: unknown): unknown {
  if (!Array.isArray(start) || !Array.isArray(value)) return undefined;
  if (JSON.stringify(value.slice(0, start.length)) !== JSON.stringify(start)) return undefined;
  return value.filter((pattern, at) => at < start.length || !String(pattern).startsWith("!"));
}

function originOf(value: unknown): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  return url === undefined ? shown(value) : `${url.protocol}//${url.host}`;
}

/** Escaped and short, because the text comes from an untrusted source. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  const clipped = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return clipped.replaceAll(
    /[^\x20-\x7E…]/g,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
