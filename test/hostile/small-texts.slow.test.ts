/**
 * Every text of up to three odd characters, every place in it: what has edges has them here. The whole way
 * from a site to an offer is walked; a step that never returns stops the test.
 */
import { expect, test } from "vitest";

import { buildPrompt } from "../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../server/engine/prompt/completion-mode.ts";
import type { DocumentSnapshot, Offset } from "../../server/engine/document.ts";
import { answerReader } from "../../server/engine/postprocess/index.ts";
import type { PromptShape } from "../../server/engine/prompt/prompt.ts";
import { completionSite } from "../../server/engine/site.ts";

const characters = ["\n", "\r", " ", "\t", "a", "{", "}", '"', "😀"];
const middles = ["", "\n", "a", "}\n{", "a\n\n\na", "😀)"];
const shape: PromptShape = {
  kind: "native",
  order: "suffixFirst",
  snippets: "plusHeader",
  maxStops: 4,
};

function textsOf(length: number): string[] {
  if (length === 0) return [""];
  return textsOf(length - 1).flatMap((text) => characters.map((character) => text + character));
}

function snapshot(text: string, languageId: string): DocumentSnapshot {
  const anchor = { offset: 0 as Offset, byteOffset: 0 };
  return { uri: "file:///a", languageId, version: 1, revision: 1, text, anchor };
}

test.for(["typescript", "python", "clojure", "html", "markdown"])(
  "every small text in %s",
  (languageId) => {
    let places = 0;
    for (const text of [0, 1, 2, 3].flatMap(textsOf)) {
      for (let offset = 0; offset <= text.length; offset++) {
        if (!isPlace(text, offset)) continue;
        const site = completionSite(snapshot(text, languageId), offset as Offset);
        const decision = completionMode(site, { trigger: "invoked", hasJustAccepted: false });
        const options = { shape, decision, tokenBudget: 1000, prefixShare: 0.7, path: "a" };
        const { prompt } = buildPrompt(site, options);
        if (prompt.kind !== "native") throw new Error("a native prompt was asked for");
        expect(prompt.prompt).toBe(`+++++ a\n${toLf(text.slice(0, offset))}`);
        expect(prompt.suffix).toBe(toLf(text.slice(offset)));
        for (const middle of middles) {
          const reader = answerReader(site, prompt, {});
          reader.push(middle);
          const result = reader.finish("stop");
          if (result.kind !== "kept") continue;
          expect(result.replacedLength).toBeLessThanOrEqual(site.lineEnd - offset);
          expect(result.insertText).not.toContain("\r");
        }
        places++;
      }
    }
    expect(places).toBeGreaterThan(1000);
  },
);

function isPlace(text: string, offset: number): boolean {
  const left = text.charCodeAt(offset - 1);
  const right = text.charCodeAt(offset);
  return !(left === 13 && right === 10) && !(left >= 0xd800 && right >= 0xdc00);
}

function toLf(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}
