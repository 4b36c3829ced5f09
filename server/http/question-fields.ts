/** The fields that several wire forms share, and one way to say that a body is wrong. */
import { z } from "zod";

import { BadRequest } from "./wire-form.ts";

export const text = z.string();
export const optionalText = z.string().nullish();
export const stops = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((value) => (typeof value === "string" ? [value] : (value ?? [])));
export const stream = z
  .boolean()
  .nullish()
  .transform((value) => value === true);

/** @throws BadRequest naming the first field that is wrong */
export function parseFields<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".") ?? "";
  const where = field === "" ? "the body" : `the field "${field}"`;
  throw new BadRequest(`${where}: ${issue?.message ?? "not understood"}`);
}

/** Some clients write the language and the indentation as comments above the prefix; both are no text of the file. */
const languageComment =
  /^[^\w\n]{1,4} ?language: ([\w+#.-]+)[^\n]*\n(?:[^\w\n]{1,4} ?indentation: [^\n]*\n)?/;

export function takeLanguageOff(prefix: string): {
  readonly prefix: string;
  readonly languageId: string | undefined;
} {
  const match = languageComment.exec(prefix);
  if (match === null) return { prefix, languageId: undefined };
  return { prefix: prefix.slice(match[0].length), languageId: match[1] };
}
