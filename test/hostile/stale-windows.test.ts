/** A window that was sent before may be sent again, but never with text that is no longer there. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { DocumentSnapshot, Offset } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import { cutWindows } from "../../server/engine/prompt/window.ts";

const options = {
  tokenBudget: 500,
  prefixShare: 0.7,
  order: "suffixFirst",
  calibration: 1,
} as const;

function siteOf(text: string, offset: number) {
  const anchor = { offset: 0 as Offset, byteOffset: 0 };
  const document: DocumentSnapshot = {
    uri: "file:///a.ts",
    languageId: "typescript",
    version: 1,
    revision: 1,
    text,
    anchor,
  };
  return completionSite(document, offset as Offset);
}

test("text deleted behind the cursor is not sent again", () => {
  const first = cutWindows(siteOf("a\nb();\nc();\n".repeat(9), 1), options);
  const second = cutWindows(siteOf("a", 1), options, first.state);
  expect(second.suffix).toBe("");
});

test("after any edit the prefix is the present one, the suffix within a tenth of it", () => {
  const lines = fc
    .array(fc.constantFrom("a();", "  b(1);", "}", "", "if (x) {", "// c"), { maxLength: 30 })
    .map((parts) => parts.join("\n"));
  fc.assert(
    fc.property(lines, lines, lines, lines, (before, after, newBefore, newAfter) => {
      const first = cutWindows(siteOf(before + after, before.length), options);
      const site = siteOf(newBefore + newAfter, newBefore.length);
      const second = cutWindows(site, options, first.state);
      expect(newBefore.endsWith(second.prefix)).toBe(true);
      expect(second.prefix).toBe(newBefore);
      const limit = second.suffix.length * 0.1 + 8;
      expect(Math.abs(second.suffix.length - newAfter.length)).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 3000 },
  );
});
