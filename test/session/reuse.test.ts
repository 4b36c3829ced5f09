/** What is known or on its way is never asked for again. */
import { describe, expect, test } from "vitest";

import { createHarness, offered } from "./harness.ts";

describe("typing along a suggestion", () => {
  test("asks once, and gives the rest at once for every key", async () => {
    const { clock, editor, provider } = await createHarness({
      text: "const total = ‸\n",
      answer: () => "sum(items);",
    });
    expect(offered(await clock.until(editor.ask()))).toBe("sum(items);");
    for (const rest of ["um(items);", "m(items);", "(items);"]) {
      editor.type("sum(items);".slice(10 - rest.length, 11 - rest.length));
      expect(offered(await editor.ask())).toBe(rest);
    }
    expect(provider.seen).toHaveLength(1);
  });
});
