/** What outlives a snapshot of a document keeps only what it needs of its text. */
import { expect, test } from "vitest";

import { cursorText, placeAt } from "../../server/engine/cursor-text.ts";
import { toOffset } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import { cutWindows } from "../../server/engine/prompt/window.ts";
import { documentOf } from "../support/engine-site.ts";
import { heapBytes } from "../support/heap.ts";

const documents = 40;
const documentBytes = 500_000;
const line = "  const total = left + right;\n";

function textOf(index: number): string {
  return Buffer.from(line.repeat(documentBytes / line.length) + index).toString("latin1");
}

test.each([
  [
    "the windows of a prompt",
    (text: string) => {
      const site = completionSite(documentOf(text, "a.ts"), toOffset(text, documentBytes / 2));
      const options = { tokenBudget: 500, prefixShare: 0.7, calibration: 1 } as const;
      return cutWindows(site, { ...options, order: "suffixFirst" }).state;
    },
  ],
  [
    "the place of an answer",
    (text: string) => placeAt(cursorText(text, toOffset(text, documentBytes / 2))),
  ],
])("%s", (_, keep) => {
  const before = heapBytes();
  const kept = Array.from({ length: documents }, (__, index) => keep(textOf(index)));
  expect(kept).toHaveLength(documents);
  // Any slice among it would keep its half megabyte.
  expect(heapBytes() - before).toBeLessThan((documents * documentBytes) / 4);
  expect(kept).toHaveLength(documents);
});
