/** What is sent to a server that reads slowly. */
import { expect, test } from "vitest";

import type { FimRequest } from "../../server/engine/prompt/prompt.ts";
import { createHarness } from "./harness.ts";

const line = (number: number): string => `const value${number} = compute(${number}, "text");\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => line(from + index)).join("");
const text = `${lines(0, 300)}const last = ‸\n${lines(300, 600)}`;

async function sent(
  readingSpeed: number | undefined,
  order: "prefixFirst" | "suffixFirst" = "prefixFirst",
): Promise<FimRequest["prompt"] & { readonly kind: "native" }> {
  const { editor, clock, provider, close } = await createHarness({
    text,
    answer: () => "1;",
    provider: { shape: { order }, ...(readingSpeed !== undefined && { readingSpeed }) },
  });
  await clock.until(editor.ask());
  await close();
  const prompt = provider.seen[0]?.request.prompt;
  if (prompt?.kind !== "native") throw new Error("not a native prompt");
  return prompt;
}

test("a server of which nothing is known, or that is fast, gets all that the budget allows", async () => {
  const unknown = await sent(undefined);
  expect(unknown.estimatedTokens).toBeGreaterThan(1300);
  expect(await sent(2000)).toEqual(unknown);
});

test("a slow one gets what it reads in 1.5 s, the suffix shortened first", async () => {
  const whole = await sent(undefined);
  const fitted = await sent(950);
  expect(fitted.estimatedTokens).toBeLessThan(1470);
  expect(fitted.prompt).toBe(whole.prompt);
  expect(whole.suffix.startsWith(fitted.suffix)).toBe(true);
  expect(fitted.suffix.length).toBeLessThan(whole.suffix.length);
  const slower = await sent(400);
  expect(slower.estimatedTokens).toBeLessThan(620);
  expect(whole.prompt.endsWith(slower.prompt.split("\n").slice(1).join("\n"))).toBe(true);
});

test.each(["prefixFirst", "suffixFirst"] as const)(
  "one that reads 40 tokens a second gets 256 of the document, %s",
  async (order) => {
    const prompt = await sent(40, order);
    expect(prompt.estimatedTokens).toBeLessThan(290);
    expect(prompt.estimatedTokens).toBeGreaterThan(200);
    expect(prompt.prompt.endsWith("const last = ")).toBe(true);
    expect(prompt.suffix).not.toBe("");
  },
);
