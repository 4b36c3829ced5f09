/**
 * Defines what a setting is: the types used by the table in `schema.ts`. Plain data, so starting the server builds
 * no validators; `validate.ts` builds them when the first layer arrives.
 */

/** `V` is the type of the value that code reads; `undefined` in it means "not set". */
export interface SettingDefinition<V = unknown> {
  readonly type: SettingType;
  readonly default: V;
  /** One or two sentences for the README, the JSON Schema and the editor's hover. */
  readonly description: string;
  /**
   * `user`: the setting decides where text or a key goes, or what is kept back. It is never taken from a file
   * inside the opened workspace.
   */
  readonly scope: "any" | "user";
  /** `append`: each layer adds to the list, so a user's pattern cannot remove the built-in ones. */
  readonly merge: "replace" | "append";
  /** The value may contain a credential: messages name its type and never show it. */
  readonly isSensitive: boolean;
}

export type SettingType =
  | { readonly kind: "boolean" }
  | {
      readonly kind: "number";
      readonly isInteger: boolean;
      readonly minimum: number;
      readonly maximum: number;
    }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "text"; readonly form: TextForm }
  | { readonly kind: "texts"; readonly maxItems: number }
  | { readonly kind: "template" };

/** `url`: http or https without credentials; `proxyUrl`: the same, credentials allowed. */
export type TextForm = "name" | "url" | "proxyUrl" | "path" | "environmentVariable";

/** The value of `template.custom`: the template of a model family that the server does not know. */
export interface CustomTemplate {
  /** Contains `{prefix}` and `{suffix}` once each, and `{path}` if the model wants the path of the file. */
  readonly text: string;
  /** How another file is written before the text, with `{path}` and `{text}`. */
  readonly snippet?: string | undefined;
  readonly sentinels: readonly string[];
  readonly stops: readonly string[];
}

/** Most entries in the lists of a custom template: far more than any family has. */
export const templateLimits = { sentinels: 64, stops: 16 } as const;

type Traits = Partial<Pick<SettingDefinition, "scope" | "merge" | "isSensitive">>;

function define<V>(
  type: SettingType,
  value: V,
  description: string,
  traits: Traits = {},
): SettingDefinition<V> {
  return {
    type,
    default: value,
    description,
    scope: "any",
    merge: "replace",
    isSensitive: false,
    ...traits,
  };
}

export function flag(
  value: boolean,
  description: string,
  traits?: Traits,
): SettingDefinition<boolean> {
  return define<boolean>({ kind: "boolean" }, value, description, traits);
}

type Bounds = readonly [minimum: number, maximum: number];

export function whole(
  value: number,
  bounds: Bounds,
  description: string,
): SettingDefinition<number> {
  return define<number>(numberType(true, bounds), value, description);
}

export function optionalWhole(
  bounds: Bounds,
  description: string,
): SettingDefinition<number | undefined> {
  return define<number | undefined>(numberType(true, bounds), undefined, description);
}

export function fraction(
  value: number,
  bounds: Bounds,
  description: string,
): SettingDefinition<number> {
  return define<number>(numberType(false, bounds), value, description);
}

export function optionalFraction(
  bounds: Bounds,
  description: string,
): SettingDefinition<number | undefined> {
  return define<number | undefined>(numberType(false, bounds), undefined, description);
}

export function choice<const C extends readonly string[]>(
  choices: C,
  value: C[number],
  description: string,
  traits?: Traits,
): SettingDefinition<C[number]> {
  return define<C[number]>({ kind: "choice", choices }, value, description, traits);
}

export function text(
  value: string,
  description: string,
  traits?: Traits,
): SettingDefinition<string> {
  return define<string>({ kind: "text", form: "name" }, value, description, traits);
}

export function optionalText(
  form: TextForm,
  description: string,
  traits?: Traits,
): SettingDefinition<string | undefined> {
  return define<string | undefined>({ kind: "text", form }, undefined, description, traits);
}

export function texts(
  value: readonly string[],
  maxItems: number,
  description: string,
  traits?: Traits,
): SettingDefinition<readonly string[]> {
  return define<readonly string[]>({ kind: "texts", maxItems }, value, description, traits);
}

export function optionalTemplate(
  description: string,
): SettingDefinition<CustomTemplate | undefined> {
  return define<CustomTemplate | undefined>({ kind: "template" }, undefined, description);
}

function numberType(isInteger: boolean, [minimum, maximum]: Bounds): SettingType {
  return { kind: "number", isInteger, minimum, maximum };
}
