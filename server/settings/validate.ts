/**
 * Checks single values with zod. Loaded on first use (`resolve.ts`): building the validators takes about five
 * milliseconds, which must not delay the `initialize` answer.
 */
import { join } from "node:path";

import * as z from "zod/mini";

import { homeFolder } from "../files/home-folder.ts";
import {
  templateLimits,
  type SettingDefinition,
  type SettingType,
  type TextForm,
} from "./definition.ts";
import { definitionOf, type SettingKey } from "./schema.ts";

export type Verdict =
  | { readonly isValid: true; readonly value: unknown }
  | {
      readonly isValid: false;
      /** Relative to the path of the setting: `custom.text` is reported as such. */
      readonly subpath: string;
      readonly expected: string;
      readonly received: string;
    };

const longestText = 4096;

const validators = new Map<SettingKey, z.ZodMiniType>();

export function validateSetting(key: SettingKey, value: unknown): Verdict {
  const definition = definitionOf(key);
  const validator = validators.get(key) ?? validatorOf(definition.type);
  validators.set(key, validator);
  const result = validator.safeParse(value);
  if (result.success) return { isValid: true, value: result.data };
  const subpath = (result.error.issues[0]?.path ?? []).map((part) => `.${String(part)}`).join("");
  return {
    isValid: false,
    subpath,
    expected: describeType(definition.type),
    received: describeReceived(definition, value),
  };
}

/** Which values are allowed, for people: `a whole number from 0 to 5000`. */
export function describeType(type: SettingType): string {
  switch (type.kind) {
    case "boolean":
      return "true or false";
    case "number":
      return `${type.isInteger ? "a whole number" : "a number"} from ${type.minimum} to ${type.maximum}`;
    case "choice":
      return `one of ${type.choices.join(", ")}`;
    case "text":
      return textForms[type.form].name;
    case "texts":
      return `a list of at most ${type.maxItems} texts`;
    case "template":
      return 'an object with "text" that holds {prefix} and {suffix}, and lists "sentinels" and "stops"';
  }
}

/** What the value is, for people. For a possible secret, only the type. */
export function describeReceived(
  definition: SettingDefinition | undefined,
  value: unknown,
): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return value === null ? "null" : `a value of type ${typeof value}`;
  const mayShow = definition !== undefined && !definition.isSensitive && !value.includes("@");
  if (!mayShow) return `a text of ${value.length} characters`;
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

const textForms: Readonly<Record<TextForm, { name: string; accepts: (text: string) => boolean }>> =
  {
    name: { name: "a text", accepts: () => true },
    url: {
      name: "a URL that starts with https:// or http:// and holds no user name or password",
      accepts: (text) => isHttpUrl(text, false),
    },
    proxyUrl: {
      name: "a proxy's URL that starts with http:// or https://",
      accepts: (text) => isHttpUrl(text, true),
    },
    path: {
      name: "an absolute path, or one that starts with ~/",
      accepts: (text) => /^(?:[/\\]|~[/\\]|[A-Za-z]:[/\\])/.test(text),
    },
    environmentVariable: {
      name: "the name of an environment variable (never the key itself)",
      accepts: (text) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text),
    },
  };

/** Expands `~/` as a shell does; the file system does not. */
function fromHome(path: string): string {
  return /^~[/\\]/.test(path) ? join(homeFolder(), path.slice(2)) : path;
}

function isHttpUrl(text: string, mayHoldCredentials: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return false;
  return mayHoldCredentials || (url.username === "" && url.password === "");
}

function validatorOf(type: SettingType): z.ZodMiniType {
  switch (type.kind) {
    case "boolean":
      return z.boolean();
    case "number": {
      const bounds = [z.gte(type.minimum), z.lte(type.maximum)];
      return type.isInteger ? z.int().check(...bounds) : z.number().check(...bounds);
    }
    case "choice":
      return z.enum(type.choices);
    case "text": {
      const { accepts } = textForms[type.form];
      const checked = boundedText().check(z.refine((value) => accepts(value)));
      return type.form === "path" ? z.pipe(checked, z.transform(fromHome)) : checked;
    }
    case "texts":
      return z.array(boundedText()).check(z.maxLength(type.maxItems));
    case "template":
      return z.strictObject({
        text: boundedText().check(z.regex(/\{prefix\}/), z.regex(/\{suffix\}/)),
        snippet: z.optional(boundedText().check(z.regex(/\{text\}/))),
        sentinels: z._default(
          z.array(boundedText()).check(z.maxLength(templateLimits.sentinels)),
          [],
        ),
        stops: z._default(z.array(boundedText()).check(z.maxLength(templateLimits.stops)), []),
      });
  }
}

function boundedText(): z.ZodMiniString {
  // A NUL would truncate a path or an argument on its way to the operating system.
  return z.string().check(z.minLength(1), z.maxLength(longestText), z.regex(/^[^\0]*$/));
}
