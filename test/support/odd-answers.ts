/** The table of odd answers (test/fixtures/odd-answers.json), for the engine, the built server and real editors. */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";

export interface OddAnswer {
  readonly name: string;
  /** With `‸` at the cursor. */
  readonly document: string;
  readonly answer: string;
  /** The document after the answer was accepted, or why nothing is offered. */
  readonly expected: { readonly after: string } | { readonly reason: string };
}

const table = z.array(
  z.object({
    name: z.string(),
    document: z.string(),
    answer: z.string(),
    after: z.optional(z.string()),
    reason: z.optional(z.string()),
  }),
);

const file = new URL("../fixtures/odd-answers.json", import.meta.url);

export const oddAnswers: readonly OddAnswer[] = table
  .parse(JSON.parse(readFileSync(file, "utf8")))
  .map(({ name, document, answer, after, reason }) => {
    if ((after === undefined) === (reason === undefined)) {
      throw new Error(`${name}: either "after" or "reason" has to be given`);
    }
    const expected = after === undefined ? { reason: reason ?? "" } : { after };
    return { name, document, answer, expected };
  });
