/** What of a document is sent: whole characters, whole lines, within the budget, and the same again. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toLf, toOffset } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import { estimateTokens } from "../../server/engine/prompt/tokens.ts";
import {
  cutWindows,
  type WindowOptions,
  type WindowState,
} from "../../server/engine/prompt/window.ts";
import { documentOf } from "../support/engine-site.ts";

const options: WindowOptions = {
  tokenBudget: 60,
  prefixShare: 0.7,
  order: "suffixFirst",
  calibration: 1,
};

const line = fc.oneof(
  fc.constantFrom("", "  return a + b;", "const name = call(x);", "\tif (ready) {", "}"),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("😀👩‍💻", "日本語のコメント", "naïve é", "a".repeat(300), "👍".repeat(40)),
);
const text = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 40 })
  .map((lines) => lines.map(([content, eol]) => content + eol).join(""));
const place = fc.tuple(text, fc.nat()).map(([content, at]) => {
  const offset = toOffset(content, at % (content.length + 1));
  const isInsideCrLf = content[offset - 1] === "\r" && content[offset] === "\n";
  return { content, offset: isInsideCrLf ? toOffset(content, offset - 1) : offset };
});

/** As it arrives at a server. */
function wellFormed(content: string): string {
  return Buffer.from(content).toString();
}

function siteOf(content: string, offset: number) {
  return completionSite(documentOf(content, "a.ts"), toOffset(content, offset));
}

describe("any text", () => {
  test("windows are the document's own bytes, cut between characters", () => {
    fc.assert(
      fc.property(place, ({ content, offset }) => {
        const { prefix, suffix, prefixBytes, suffixBytes } = cutWindows(
          siteOf(content, offset),
          options,
        );
        const bytes = Buffer.from(content);
        const cut = (start: number, end: number) => toLf(bytes.subarray(start, end).toString());
        expect(prefixBytes.end).toBe(Buffer.byteLength(content.slice(0, offset)));
        expect(suffixBytes.start).toBe(prefixBytes.end);
        expect(cut(prefixBytes.start, prefixBytes.end)).toBe(wellFormed(prefix));
        expect(cut(suffixBytes.start, suffixBytes.end)).toBe(wellFormed(suffix));
        expect(prefix + suffix).not.toContain("\r");
      }),
      { numRuns: 500 },
    );
  });

  test("the cursor's line is whole where it fits the budget, others unless half of it would be wasted", () => {
    fc.assert(
      fc.property(place, ({ content, offset }) => {
        const site = siteOf(content, offset);
        const { prefix, suffix, state } = cutWindows(site, options);
        const start = state.prefixStart;
        const end = site.offset + state.suffixLength;
        // Half of the least that a side gets.
        const isLong = (tokens: number, budget: number) => tokens > budget / 2 - 1;
        const linesBefore = content.slice(0, offset).split(/\r\n|[\r\n]/);
        const linesAfter = content.slice(offset).split(/\r\n|[\r\n]/);
        const cutBefore = linesBefore.at(-prefix.split("\n").length) ?? "";
        const cutAfter = linesAfter[suffix.split("\n").length - 1] ?? "";
        const isLongBefore = estimateTokens(site.linePrefix) > options.tokenBudget * 0.6;
        const isLongAfter = estimateTokens(site.lineSuffix) > options.tokenBudget * 0.2;
        const isAtLineStart = start === 0 || /[\r\n]/.test(content[start - 1] ?? "");
        expect(isAtLineStart || isLong(estimateTokens(cutBefore), 60 * 0.7)).toBe(true);
        const isAtLineEnd = end === content.length || /[\r\n]/.test(content[end - 1] ?? "");
        expect(isAtLineEnd || isLong(estimateTokens(cutAfter), 60 * 0.3)).toBe(true);
        expect(prefix.endsWith(site.linePrefix) || isLongBefore).toBe(true);
        expect(suffix.startsWith(site.lineSuffix) || (isLongAfter && end < site.lineEnd)).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });

  test("the budget is kept", () => {
    fc.assert(
      fc.property(place, ({ content, offset }) => {
        // Lines are counted one by one: a class change at a line's start may add up to a token each.
        const slack = 20;
        expect(cutWindows(siteOf(content, offset), options).tokens).toBeLessThan(
          options.tokenBudget + slack,
        );
      }),
    );
  });

  test("the same site gives the same windows", () => {
    fc.assert(
      fc.property(place, ({ content, offset }) => {
        const first = cutWindows(siteOf(content, offset), options);
        expect(cutWindows(siteOf(content, offset), options)).toEqual(first);
        const again = cutWindows(siteOf(content, offset), options, first.state);
        expect({ prefix: again.prefix, suffix: again.suffix }).toEqual({
          prefix: first.prefix,
          suffix: first.suffix,
        });
      }),
    );
  });
});

describe("beside a line of 20,000 characters", () => {
  // Long lines are measured in pieces of some twenty tokens.
  const roomy: WindowOptions = { ...options, tokenBudget: 600 };
  const giant = `${"call(argument, 17); ".repeat(1000)}\n`;
  const near = "let x = 1;\n";

  test.each([
    ["above", giant + near + near],
    ["two of them above", giant + giant + near],
  ])("%s, the prefix is the near end of it", (_, above) => {
    const { prefix, state } = cutWindows(siteOf(above + near, above.length), roomy);
    expect(above.endsWith(prefix)).toBe(true);
    expect(estimateTokens(prefix)).toBeGreaterThan(600 * 0.7 * 0.8);
    // And stays where it is while one types.
    const typed = cutWindows(siteOf(`${above}le${near}`, above.length + 2), roomy, state);
    expect(typed.prefix).toBe(`${prefix}le`);
  });

  test("below, the suffix is the near end of it", () => {
    const below = near + giant;
    const { suffix } = cutWindows(siteOf(giant + below, giant.length), roomy);
    expect(below.startsWith(suffix)).toBe(true);
    expect(estimateTokens(suffix)).toBeGreaterThan(600 * 0.3 * 0.8);
  });

  test("in it, both are", () => {
    const half = giant.length / 2;
    const { prefix, suffix } = cutWindows(siteOf(giant, half), roomy);
    expect(prefix.length).toBeGreaterThan(600);
    expect(suffix.length).toBeGreaterThan(300);
  });
});

describe("successive prompts", () => {
  const lines = Array.from(
    { length: 400 },
    (_, index) => `  const value${index} = read(${index});`,
  );
  const above = lines.slice(0, 200).join("\n") + "\n";
  const below = "\n" + lines.slice(200).join("\n") + "\n";

  function type(typed: string, previous?: WindowState, after = below) {
    return cutWindows(
      siteOf(above + typed + after, above.length + typed.length),
      options,
      previous,
    );
  }

  test("while typing, the prefix grows at its end and the suffix stays", () => {
    const first = type("  const x = ");
    const second = type("  const x = compute(", first.state);
    expect(second.prefix.startsWith(first.prefix)).toBe(true);
    expect(second.suffix).toBe(first.suffix);
  });

  test("a window that has grown by a quarter is cut back to a line start", () => {
    let windows = type("");
    const starts = new Set<number>([windows.state.prefixStart]);
    let typed = "";
    for (let index = 0; index < 12; index++) {
      typed += `  const more${index} = 1;\n`;
      windows = type(typed, windows.state);
      starts.add(windows.state.prefixStart);
      expect(estimateTokens(windows.prefix)).toBeLessThanOrEqual(60 * 0.7 * 1.25);
    }
    // Twelve lines of about nine tokens in a window of 42 to 52: it moves every other line at most.
    expect(starts.size).toBeLessThan(8);
    expect(starts.size).toBeGreaterThan(2);
  });

  test("a closer that the editor inserted does not change the suffix", () => {
    const first = type("  call");
    const second = type("  call(", first.state, `)${below}`);
    expect(second.suffix).toBe(first.suffix);
  });

  test("a closer that was typed over changes nothing either", () => {
    const first = type("  call");
    const second = type("  call(a", first.state, `)${below}`);
    const third = type("  call(a)", second.state);
    expect(third.suffix).toBe(first.suffix);
  });

  test("text that the cursor has passed is not sent as suffix again", () => {
    const first = type("");
    const site = siteOf(above + below, above.length + 2 + (lines[200] ?? "").length);
    const second = cutWindows(site, options, first.state);
    expect(second.suffix).not.toContain(lines[200]);
  });

  test("an edited next line is sent as it is", () => {
    const first = type("");
    const second = type("", first.state, below.replace("value200", "other200"));
    expect(second.suffix).toContain("other200");
  });

  test("a document that lost its end does not send it again", () => {
    const first = type("");
    expect(type("", first.state, "\n").suffix).toBe("\n");
  });

  test("edits above the window move it and do not cut it again", () => {
    const first = type("  x");
    const inserted = "// a new first line\n" + above + "  xy" + below;
    const second = cutWindows(siteOf(inserted, 20 + above.length + 4), options, first.state);
    expect(second.prefix).toBe(`${first.prefix}y`);
  });

  test("another document's windows are not taken over", () => {
    const first = type("  x");
    const other = completionSite(documentOf(above + below, "b.ts"), toOffset(above + below, 40));
    expect(cutWindows(other, options, first.state)).toEqual(cutWindows(other, options));
  });
});

describe("file ends", () => {
  const short = "const a = 1;\n";
  const long = "const b = call(1, 2);\n".repeat(60);

  test("what the prefix does not need goes to the suffix", () => {
    const windows = cutWindows(siteOf(short + long, short.length), options);
    expect(windows.prefix).toBe(short);
    expect(estimateTokens(windows.suffix)).toBeGreaterThan(40);
  });

  test("what the suffix does not need goes to the prefix", () => {
    const windows = cutWindows(siteOf(long + short, long.length), options);
    expect(windows.suffix).toBe(short);
    expect(estimateTokens(windows.prefix)).toBeGreaterThan(42);
  });

  test("a prefix-first model's suffix stays short", () => {
    const windows = cutWindows(siteOf(short + long, short.length), {
      ...options,
      order: "prefixFirst",
    });
    expect(estimateTokens(windows.suffix)).toBeLessThan(10);
  });
});
