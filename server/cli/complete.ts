/** `complete FILE:LINE:COLUMN`: prints one suggestion on stdout, or the reason for none on stderr. */
import { systemClock } from "../base/clock.ts";
import { parseArguments, UsageError, type CommandIo } from "./command.ts";
import type { Exchange } from "../session/session.ts";
import { openFile, suggestInvoked, type OpenFile } from "./open-file.ts";
import { offsetOfPlace, parsePlace } from "./place.ts";
import { describeOutcome } from "./reasons.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";

/** A terminal that shows nothing for longer looks stuck. */
const noticeMs = 1000;

export async function complete(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArguments(argv, {
    json: { type: "boolean" },
    explain: { type: "boolean" },
    config: { type: "string" },
  });
  const [argument, ...others] = positionals;
  if (others.length > 0) throw new UsageError("takes one place FILE:LINE:COLUMN");
  const place = parsePlace(argument);
  const exchanges: Exchange[] = [];
  const onExchange = (exchange: Exchange): void => void exchanges.push(exchange);
  const isExplained = values.explain === true;
  const file = await openFile(place.file, values.config, io, isExplained ? onExchange : undefined);
  try {
    const offset = offsetOfPlace(file.text, place);
    if (isExplained) {
      const { explain } = await import("./explain/explain.ts");
      return await explain(file, offset, exchanges, io);
    }
    const startedAt = systemClock.now();
    const notice = systemClock.setTimer(() => io.writeError(`${waitingFor(file)}\n`), noticeMs);
    const outcome = await suggestInvoked(file, offset).finally(() => notice.cancel());
    const tookMs = Math.round(systemClock.now() - startedAt);
    if (values.json === true) io.write(`${JSON.stringify(asJson(file, outcome, tookMs))}\n`);
    if (outcome.kind === "suggested") {
      if (values.json !== true) io.write(`${outcome.suggestions[0].insertText}\n`);
      const failure = standsInFor(file, outcome);
      if (failure !== undefined)
        io.writeError(`the workspace model answers in place of the provider: ${failure}\n`);
      return 0;
    }
    io.writeError(`no suggestion: ${describeOutcome(outcome) ?? outcome.kind}\n`);
    return 1;
  } finally {
    await file.host.close();
  }
}

/** Why the provider failed, if the workspace model's suggestion is shown in its place. */
function standsInFor({ host }: OpenFile, outcome: CompletionOutcome): string | undefined {
  const isStandIn = outcome.kind === "suggested" && outcome.suggestions[0].origin === "workspace";
  return isStandIn ? host.session.status().provider?.lastFailure : undefined;
}

function waitingFor({ host }: OpenFile): string {
  const { provider } = host.session.status();
  if (provider === undefined) return "waiting for the workspace model";
  const { name, endpoint, state } = provider;
  const doing = state.kind === "loading" ? ` (${state.message})` : "";
  return `waiting for ${name} at ${endpoint}${doing}`;
}

function asJson(file: OpenFile, outcome: CompletionOutcome, tookMs: number): unknown {
  const { provider } = file.host.session.status();
  const about = {
    provider: provider?.name ?? "workspace",
    model: provider?.model ?? null,
    tookMs,
  };
  if (outcome.kind !== "suggested") {
    const reason = "reason" in outcome ? outcome.reason : outcome.kind;
    return { insertText: null, reason, explanation: describeOutcome(outcome), ...about };
  }
  const { insertText, replacedLength, origin, probability = null } = outcome.suggestions[0];
  const failure = standsInFor(file, outcome) ?? null;
  return { insertText, replacedLength, origin, probability, failure, ...about };
}
