/** The pure parsers against anything: they answer or refuse in their own words, and never otherwise. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { answerReader } from "../../server/engine/postprocess/index.ts";
import { buildPrompt } from "../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../server/engine/prompt/completion-mode.ts";
import type { DocumentSnapshot, Offset } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import { answerValues } from "../../server/providers/answer/answer-values.ts";
import { readErrorBody } from "../../server/providers/http/error-body.ts";
import { ProviderError } from "../../server/providers/provider.ts";
import { resolveSettings } from "../../server/settings/resolve.ts";
import { settingKeys, settingsTable } from "../../server/settings/schema.ts";
import { bodyInPieces } from "../providers/support.ts";

/** What hides or reorders text. */
// A form feed parts the pages of some sources.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** A thousand in each run of the tests; as many as one likes by hand. */
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 1000);
const options = { timeout: Math.max(20_000, numRuns * 20) };

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "data:",
        " ",
        "\n",
        "\r\n",
        "\r",
        "{",
        "}",
        '"',
        "id: 1",
        ":",
        "\0",
        "ü",
        "😀",
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join("")),
);

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function event(json: string): string {
  return `data: ${json}\n\n`;
}

async function valuesOf(bytes: Uint8Array, sizes: readonly number[]): Promise<unknown[]> {
  const values: unknown[] = [];
  try {
    const body = bodyInPieces(bytes, sizes);
    for await (const value of answerValues(body, "https://example.test")) values.push(value);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    values.push(error.kind);
  }
  return values;
}

test("an event stream says the same however it is cut", options, () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(
        anyText.map((text) => Buffer.from(text)),
        fc.array(fc.json(), { maxLength: 4 }).map((all) => Buffer.from(all.map(event).join(""))),
        fc.uint8Array({ maxLength: 200 }),
      ),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      async (bytes, sizes) => {
        expect(await valuesOf(bytes, sizes)).toEqual(await valuesOf(bytes, [1_000_000]));
      },
    ),
    { numRuns },
  ),
);

test("an error body of any form becomes a short message without what was sent", options, () =>
  fc.assert(
    fc.property(fc.oneof(anyText, fc.json(), fc.json({ maxDepth: 6 })), (body) => {
      const { message } = readErrorBody(body.replaceAll("sentText", ""), ["sentText and more"]);
      expect(message.length).toBeLessThan(2000);
    }),
    { numRuns },
  ),
);

test("settings of any form leave every setting with a value of its type", options, () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.oneof(
          fc.constantFrom<string>(...settingKeys),
          fc.constantFrom("fim", "provider", "__proto__"),
        ),
        fc.jsonValue({ maxDepth: 3 }),
        { maxKeys: 6 },
      ),
      async (content) => {
        const layers = [{ name: "initializationOptions", content }] as const;
        const { settings, issues } = await resolveSettings(layers);
        expect(Object.keys(settings).toSorted()).toEqual([...settingKeys].toSorted());
        for (const key of settingKeys) {
          const initial: unknown = settingsTable[key].default;
          const expected = initial === undefined ? typeof settings[key] : typeof initial;
          expect(typeof settings[key]).toBe(expected);
        }
        expect(Array.isArray(issues)).toBe(true);
      },
    ),
    { numRuns },
  ),
);

test("an answer of any text becomes an offer that fits the line, or a reason", options, () =>
  fc.assert(
    fc.property(anyText, anyText, fc.array(anyText, { maxLength: 4 }), (left, right, pieces) => {
      const [before, after] = [wellFormed(left), wellFormed(right)];
      // No cursor stands between CR and LF.
      fc.pre(!(before.endsWith("\r") && after.startsWith("\n")));
      const text = before + after;
      const document: DocumentSnapshot = {
        uri: "file:///a.ts",
        languageId: "typescript",
        version: 1,
        revision: 1,
        text,
        anchor: { offset: 0 as Offset, byteOffset: 0 },
      };
      const site = completionSite(document, before.length as Offset);
      const { prompt } = buildPrompt(site, {
        shape: { kind: "native", order: "suffixFirst", snippets: "none", maxStops: 4 },
        decision: completionMode(site, { trigger: "invoked" }),
        tokenBudget: 500,
        prefixShare: 0.7,
        path: "a.ts",
        masksSecrets: true,
      });
      const reader = answerReader(site, prompt, {});
      for (const piece of pieces) if (reader.push(piece)) break;
      const result = reader.finish("stop");
      if (result.kind !== "kept") return;
      expect(result.insertText).not.toBe("");
      expect(result.insertText).not.toMatch(unsafe);
      expect(result.replacedLength).toBeLessThanOrEqual(site.lineEnd - site.offset);
    }),
    { numRuns },
  ),
);
