/**
 * `complete --explain`: shows what was sent, what came back, what each step did to it, and what is offered. It
 * observes the session itself, so it shows what editors get.
 */
import type { Offset } from "../../engine/document.ts";
import { workspaceBound } from "../../engine/confidence/likely-text.ts";
import { completionSite, type CompletionSite } from "../../engine/site.ts";
import type { Exchange } from "../../session/session.ts";
import type { CommandIo } from "../command.ts";
import { block, heading, row, quoted } from "./explain-layout.ts";
import { describePrompt, describeUnsentPrompt } from "./explain-prompt.ts";
import { describeSteps } from "./explain-steps.ts";
import { suggestInvoked, type OpenFile } from "../open-file.ts";
import { describeOutcome } from "../reasons.ts";

/** `exchanges` is filled by the session that `file` holds. */
export async function explain(
  file: OpenFile,
  offset: Offset,
  exchanges: readonly Exchange[],
  io: CommandIo,
): Promise<number> {
  const document = file.documents.get(file.uri, offset);
  if (document === undefined) return 1;
  const site = completionSite(document, offset);
  const outcome = await suggestInvoked(file, offset);
  const print = (lines: readonly string[]): void => io.write(`${lines.join("\n")}\n`);

  print([...describePlace(file, site), ...describeProvider(file)]);
  for (const exchange of exchanges) {
    print([...describePrompt(exchange.request.prompt, io), ...describeAnswer(exchange, io)]);
  }
  // If something prevents a request by key, above all an excluded file, the file's text is not shown either.
  const isWithheld = outcome.kind === "skipped";
  if (exchanges.length === 0 && !isWithheld) print(describeUnsentPrompt(site, file.loaded, io));

  if (outcome.kind === "suggested") {
    const { insertText, replacedLength, origin, probability } = outcome.suggestions[0];
    const { linePrefix, lineSuffix } = site;
    const rest = lineSuffix.slice(replacedLength);
    print([
      heading("Offered", io),
      row(
        "from",
        probability === undefined ? origin : `${origin}, probability ${probability.toFixed(2)}`,
      ),
      ...block(`${linePrefix}⟦${insertText}⟧${rest}`),
    ]);
    return 0;
  }
  print([heading("Offered", io), row("nothing", describeOutcome(outcome) ?? outcome.kind)]);
  await describeWithheld(file, offset, print);
  return 1;
}

function describePlace({ path, text }: OpenFile, site: CompletionSite): string[] {
  const bytes = Buffer.byteLength(text);
  return [
    row("file", path),
    row("cursor", `byte ${site.byteOffset} of ${bytes}`),
    row("language", site.document.languageId),
    row("line", quoted(`${site.linePrefix}‸${site.lineSuffix}`)),
  ];
}

function describeProvider({ host }: OpenFile): string[] {
  const { provider } = host.session.status();
  if (provider === undefined) return [row("provider", "none: the workspace model answers")];
  const { name, model, endpoint } = provider;
  return [row("provider", `${name}, model ${model}, at ${endpoint}`)];
}

function describeAnswer(exchange: Exchange, io: CommandIo): string[] {
  const { raw, firstTextMs, tookMs, usage, result } = exchange;
  const first =
    firstTextMs === undefined ? "no text" : `first text after ${Math.round(firstTextMs)} ms`;
  const tokens =
    usage === undefined
      ? []
      : [
          row(
            "tokens",
            `${usage.promptTokens} in (${usage.cachedTokens ?? 0} cached), ${usage.completionTokens} out`,
          ),
        ];
  return [
    heading("Answer, as the model wrote it", io),
    row("time", `${first}, all after ${Math.round(tookMs)} ms`),
    ...tokens,
    ...block(raw),
    heading("What the steps did", io),
    ...(result?.steps === undefined
      ? [row("", "nothing: it failed")]
      : describeSteps(result.steps)),
    ...describeLines(exchange, io),
  ];
}

/** Each line with the probability that the author wants the text up to its end, and the main reason. */
function describeLines({ lines, isStoppedUnlikely, result }: Exchange, io: CommandIo): string[] {
  if (lines.length === 0 || result?.kind !== "kept") return [];
  let start = 0;
  const rows = lines.map(({ end, probability, isTold }) => {
    const text = result.insertText.slice(start, end);
    start = end + 1;
    const by = isTold ? "by the model" : "by plain facts";
    return row(probability.toFixed(2), `${quoted(text)}, ${by}`);
  });
  const stopped = isStoppedUnlikely
    ? [row("stopped", "unlikely: no further line could be shown")]
    : [];
  return [heading("How likely each line is, with all before it", io), ...rows, ...stopped];
}

/** What the workspace model would suggest if it were allowed to guess. */
async function describeWithheld(
  file: OpenFile,
  offset: Offset,
  print: (lines: readonly string[]) => void,
): Promise<void> {
  const { host, loaded } = file;
  if (host.session.status().provider !== undefined) return;
  await host.configure({ ...loaded.settings, "suggestions.minConfidence": 0 });
  const outcome = await suggestInvoked(file, offset);
  if (outcome.kind !== "suggested") return;
  const { insertText, probability = 0 } = outcome.suggestions[0];
  const needed = loaded.settings["suggestions.minConfidence"] ?? workspaceBound;
  print([
    row("withheld", `${quoted(insertText)}: probability ${probability.toFixed(2)} of ${needed}`),
  ]);
}
