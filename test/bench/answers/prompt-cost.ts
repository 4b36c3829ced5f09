/** The time to build a prompt with 50 open documents of 5,000 lines, with excerpts already gathered. */
import { systemClock } from "../../../server/base/clock.ts";
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { toOffset } from "../../../server/engine/document.ts";
import { completionSite } from "../../../server/engine/site.ts";
import type { WindowState } from "../../../server/engine/prompt/window.ts";
import { createDocumentStore } from "../../../server/documents/document-store.ts";
import { noRules } from "../../../server/files/ignore/file-access.ts";
import { createNeighbors } from "../../../server/session/context/neighbors.ts";
import { pick, type Random } from "../workspace-model/random.ts";
import { bestMs, percentiles, type Percentiles } from "./costs.ts";
import { suffixFirst } from "./run.ts";
import type { SourceText } from "./sources.ts";

const documentCount = 50;
const lineCount = 5000;

/** From the site to the prompt, while typing at random places of random documents. */
export async function promptCost(
  sources: readonly SourceText[],
  random: Random,
): Promise<Percentiles> {
  const documents = createDocumentStore();
  const neighbors = createNeighbors({
    clock: systemClock,
    documents,
    access: noRules,
    toPath: (uri) => uri,
  });
  for (let index = 0; index < documentCount; index++) {
    documents.open({
      uri: `file:///${index}.ts`,
      languageId: "typescript",
      text: longText(sources, random),
    });
  }
  const times: number[] = [];
  for (let place = 0; place < 40; place++) {
    const uri = `file:///${Math.floor(random() * documentCount)}.ts`;
    const offset = toOffset(documents.get(uri)?.text ?? "", Math.floor(random() * 150_000));
    const siteNow = () => {
      const snapshot = documents.get(uri, offset);
      if (snapshot === undefined) throw new Error(`not open: ${uri}`);
      return completionSite(snapshot, offset);
    };
    neighbors.snippetsFor(siteNow());
    await new Promise((resolve) => setTimeout(resolve, 400));
    let windows: WindowState | undefined;
    times.push(
      bestMs(() => {
        const site = siteNow();
        const built = buildPrompt(
          site,
          {
            shape: suffixFirst,
            decision: completionMode(site, { trigger: "automatic" }),
            tokenBudget: 1200,
            prefixShare: 0.7,
            path: "src/a.ts",
            snippets: neighbors.snippetsFor(site),
          },
          windows,
        );
        ({ windows } = built);
      }),
    );
  }
  neighbors.close();
  return percentiles(times);
}

function longText(sources: readonly SourceText[], random: Random): string {
  const lines: string[] = [];
  while (lines.length < lineCount) lines.push(...(pick(random, sources)?.text.split("\n") ?? [""]));
  return lines.slice(0, lineCount).join("\n");
}
