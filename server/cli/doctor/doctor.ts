/**
 * `doctor`: checks everything that a suggestion depends on, prints one line each with its remedy, and requests a
 * real one.
 */
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { usualServers } from "../../providers/detect.ts";
import type { FimProvider, ProviderFacts } from "../../providers/provider.ts";
import type { Consent } from "../../session/provider/server-consent.ts";
import { chooseProvider, type ProviderChoice } from "../../session/provider/provider-choice.ts";
import { placeOf } from "../../settings/issue.ts";
import type { Settings } from "../../settings/schema.ts";
import { createWorkspaceModel } from "../../workspace-model/workspace-model.ts";
import { parseArguments, seeHelp, UsageError, type CommandIo } from "../command.ts";
import { environmentChecks } from "./doctor-environment.ts";
import { completionChecks, shownInPlace, snippetSite } from "./doctor-completion.ts";
import { endpointChecks } from "./doctor-endpoint.ts";
import { networkChecks } from "./doctor-network.ts";
import { probe, type ProbeFact } from "./doctor-probe.ts";
import { checkLine, failed, ok, warning, type Check } from "./doctor-report.ts";
import { loadSettings, type LoadedSettings } from "../load-settings.ts";
import { nodeProblem } from "../node-version.ts";

/** Exit status 0 only if a completion was received. */
export async function doctor(argv: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArguments(argv, {
    json: { type: "boolean" },
    probe: { type: "boolean" },
    config: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError(`takes no arguments, only options; ${seeHelp}`);
  const checks: Check[] = [];
  const tell = (...found: readonly Check[]): void => {
    checks.push(...found);
    if (values.json === true) return;
    for (const check of found) io.write(checkLine(check, io.hasColors));
  };
  const loaded = await loadSettings(io, values.config);
  tell(nodeCheck(), ...configChecks(loaded), ...environmentChecks(io.environment));
  const choice = await choose(loaded, io);
  tell(providerCheck(choice, loaded.settings));
  let facts: readonly ProbeFact[] | undefined;
  const { provider } = choice;
  if (provider !== undefined) {
    try {
      facts = await examine(provider, loaded, io, { tell, isProbed: values.probe === true });
    } finally {
      await provider.close();
    }
  }
  tell(...(await workspaceChecks(io, provider === undefined && choice.problem === undefined)));
  tell(...(await endpointChecks(io)));
  if (values.json === true) io.write(`${JSON.stringify({ checks, probe: facts }, undefined, 2)}\n`);
  else if (facts !== undefined) io.write(probeTable(facts));
  return checks.some(({ name, state }) => name === "completion" && state === "ok") ? 0 : 1;
}

const noKey = (): Promise<undefined> => Promise.resolve(undefined);
const checked: Consent = { kind: "yes", guard: { read: noKey, renew: noKey } };

async function choose(
  { settings }: LoadedSettings,
  { environment }: CommandIo,
  extraFields: Readonly<Record<string, unknown>> = {},
): Promise<ProviderChoice> {
  // The check sends only built-in text, so the user is not asked.
  const serverConsent = { of: () => Promise.resolve(checked), renew: () => {} };
  const dependencies = {
    clock: systemClock,
    log: silentLog,
    environment,
    extraFields,
    serverConsent,
  };
  const choice = await chooseProvider(settings, dependencies);
  return (await choice.search?.()) ?? choice;
}

async function examine(
  provider: FimProvider,
  loaded: LoadedSettings,
  io: CommandIo,
  { tell, isProbed }: { tell: (...found: readonly Check[]) => void; isProbed: boolean },
): Promise<readonly ProbeFact[] | undefined> {
  const { settings } = loaded;
  const network = await networkChecks(provider.endpoint, settings, io.environment);
  tell(...network);
  if (network.some(({ state }) => state === "failed")) return undefined;
  const facts = await provider.warmUp(new AbortController().signal);
  tell(...modelChecks(provider, facts));
  tell(...(await completionChecks(provider, settings)));
  if (!isProbed) return undefined;
  const strict = await choose(loaded, io, { no_such_field: true });
  try {
    return await probe(provider, settings, strict.provider ?? provider);
  } finally {
    await strict.provider?.close();
  }
}

function nodeCheck(): Check {
  const problem = nodeProblem(process.versions.node);
  return problem === undefined
    ? ok("Node.js", process.versions.node)
    : failed("Node.js", problem, "install a newer one");
}

function configChecks({ file, issues }: LoadedSettings): readonly Check[] {
  const found = ok("configuration", file ?? "no file, the defaults apply");
  const wrong = issues.map((issue) => {
    const text = `${placeOf(issue)} is ignored: ${issue.received}`;
    return warning("configuration", text, `expected ${issue.expected}`);
  });
  return issues.some(({ path }) => path === file) ? wrong : [found, ...wrong];
}

const keySources = "provider.apiKeyEnv, provider.apiKeyFile or provider.apiKeyCommand";

function providerCheck(
  { provider, reason, problem, lacksKey }: ProviderChoice,
  settings: Settings,
): Check {
  if (problem !== undefined) return failed("provider", problem);
  if (provider !== undefined && lacksKey === true)
    return warning(
      "provider",
      `${reason} No key is sent.`,
      `where it needs one, set ${keySources}`,
    );
  if (provider !== undefined || settings["provider.name"] === "workspace")
    return ok("provider", reason);
  if (settings["provider.endpoint"] !== undefined) {
    const text = `${reason} provider.endpoint is not used.`;
    return warning("provider", text, `set provider.name, or ${keySources}`);
  }
  const ports = usualServers.map(({ endpoint }) => new URL(endpoint).port).join(", ");
  const next = "set MISTRAL_API_KEY or CODESTRAL_API_KEY, or start llama.cpp, Ollama or LM Studio";
  return warning("provider", `${reason} No model server at the ports ${ports}.`, next);
}

function modelChecks(provider: FimProvider, facts: ProviderFacts): readonly Check[] {
  const { shape, model } = provider;
  const checks: Check[] = [];
  const { failure, supportsFim, contextLength, deprecatedOn, requestsPerMinute } = facts;
  if (failure !== undefined) return [failed("model", failure.message)];
  const context = contextLength === undefined ? "" : `, context of ${contextLength} tokens`;
  checks.push(
    supportsFim === false
      ? failed("model", `${model} cannot fill in the middle`, "choose another provider.model")
      : ok("model", `${model}${supportsFim === true ? " can fill in the middle" : ""}${context}`, {
          model,
          contextLength,
        }),
  );
  if (deprecatedOn !== undefined) {
    checks.push(warning("model", `${model} is removed on ${deprecatedOn}`, "choose another one"));
  }
  checks.push(promptCheck(provider));
  const limit =
    requestsPerMinute === undefined ? "not told" : `${requestsPerMinute} requests a minute`;
  checks.push(ok("rate limit", limit, { requestsPerMinute, contextLength: shape.contextLength }));
  return checks;
}

function promptCheck({ shape, model }: FimProvider): Check {
  const { kind, template } = shape;
  if (kind === "native") return ok("prompt", "prompt and suffix are fields of the request");
  if (kind === "infill") return ok("prompt", "the server's own infill prompt");
  if (template !== undefined) return ok("prompt", `template of the family ${template.family}`);
  return warning(
    "prompt",
    `no FIM template is known for ${model}: only the text before the cursor is sent`,
    "set template.custom",
  );
}

/** The index of the working directory. If only the workspace model answers, also a completion of its own. */
async function workspaceChecks(io: CommandIo, isAsked: boolean): Promise<readonly Check[]> {
  const startedAt = performance.now();
  const model = createWorkspaceModel({
    clock: systemClock,
    log: silentLog,
    isExcluded: () => Promise.resolve(false),
  });
  try {
    model.setFolders([io.workingDirectory]);
    await model.whenIndexed();
    const { files, bytes } = model.status();
    const tookMs = Math.round(performance.now() - startedAt);
    const indexed = ok(
      "workspace",
      `${files} files, ${Math.round(bytes / 1024)} KiB indexed in ${tookMs} ms`,
      {
        files,
        bytes,
        tookMs,
      },
    );
    if (!isAsked) return [indexed];
    const site = snippetSite();
    model.documentChanged(site.document);
    const [best] = model.suggest(site, { limit: 1, minProbability: 0 });
    return [
      indexed,
      best === undefined
        ? failed("completion", "the workspace model has nothing to suggest")
        : ok("completion", shownInPlace(best.insertText)),
    ];
  } finally {
    model.close();
  }
}

function probeTable(facts: readonly ProbeFact[]): string {
  const width = Math.max(...facts.map(({ question }) => question.length));
  const rows = facts.map(({ question, answer }) => `  ${question.padEnd(width)}  ${answer}\n`);
  return `\n${rows.join("")}`;
}
