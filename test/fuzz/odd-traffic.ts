/** What goes past the documents: settings, folders, files, commands, and methods that the server never offered. */
import type { Random } from "../support/random.ts";
import { oddValue, withOnePlaceOdd } from "./odd-values.ts";
import type { Wire } from "./wire.ts";

/** With files to be read, so that indexing runs beside the traffic. */
const realFolder = new URL("../demo", import.meta.url).href;
const folders = [
  "file:///project",
  realFolder,
  "file:///nowhere/at%20all",
  "untitled:x",
  "",
] as const;

/** Only what leaves every request possible. */
const settings: readonly [unknown, ...unknown[]] = [
  {},
  { "log.level": "debug" },
  { fim: { log: { level: "error" } } },
  { "trigger.debounceMs": 0 },
  { "trigger.debounceMs": null },
  { fim: { "trigger.debounceMs": 25, "trigger.debounceMs ": 1 } },
  { fim: { provider: null, prompt: [], nonsense: { deep: 1 } } },
  { "no.such.setting": 1 },
];

const commands = [
  "fim.enable",
  "fim.status",
  "fim.clearCache",
  "fim.suggestionAccepted",
  "fim.none",
] as const;

export class OddTraffic {
  readonly #random: Random;
  readonly #wire: Wire;

  constructor(random: Random, wire: Wire) {
    this.#random = random;
    this.#wire = wire;
  }

  async step(): Promise<void> {
    const roll = this.#random.next();
    if (roll < 0.1) return this.#configure();
    if (roll < 0.2) return this.#folders();
    if (roll < 0.3) return this.#files();
    if (roll < 0.5) return this.#command();
    if (roll < 0.58) return this.#resolve();
    return this.#unknown();
  }

  /** As while somebody drags a slider. */
  async #configure(): Promise<void> {
    this.#wire.counts.add("configuration storms");
    for (let left = 2 + this.#random.below(20); left > 0; left--) {
      const odd = oddValue(this.#random);
      const pushed = this.#random.chance(0.6)
        ? this.#random.pick(settings)
        : this.#random.pick<unknown>([odd, { fim: odd }, { fim: { prompt: odd, nonsense: 1 } }]);
      const params = this.#random.chance(0.05) ? odd : { settings: pushed };
      await this.#wire.notify("workspace/didChangeConfiguration", params);
    }
  }

  async #folders(): Promise<void> {
    this.#wire.counts.add("workspace folders");
    const some = (): unknown[] =>
      Array.from({ length: this.#random.below(3) }, () => {
        const uri = this.#random.pick(folders);
        return { uri, name: uri };
      });
    const params = { event: { added: some(), removed: some() } };
    await this.#wire.notify("workspace/didChangeWorkspaceFolders", this.#maybeOdd(params));
  }

  async #files(): Promise<void> {
    this.#wire.counts.add("watched files");
    const changes = Array.from({ length: this.#random.below(6) }, (_, index) => ({
      uri: `${this.#random.pick(folders)}/f${index}.ts`,
      type: 1 + this.#random.below(3),
    }));
    await this.#wire.notify("workspace/didChangeWatchedFiles", this.#maybeOdd({ changes }));
  }

  async #command(): Promise<void> {
    this.#wire.counts.add("commands with bad arguments");
    const odd = oddValue(this.#random);
    if (this.#random.chance(0.2)) {
      // Off and on again, before anything else.
      await this.#wire.requestOnce("workspace/executeCommand", {
        command: this.#random.pick(["fim.disable", "fim.toggle"]),
        arguments: odd,
      });
      await this.#wire.requestOnce("workspace/executeCommand", { command: "fim.enable" });
      return;
    }
    const params = this.#random.pick<unknown>([
      { command: this.#random.pick(commands), arguments: [odd] },
      { command: this.#random.pick(commands), arguments: odd },
      { command: odd, arguments: odd },
      odd,
    ]);
    await this.#wire.request("workspace/executeCommand", params);
  }

  async #resolve(): Promise<void> {
    this.#wire.counts.add("items to resolve");
    const item = { label: "a", kind: 1, data: oddValue(this.#random) };
    await this.#wire.request("completionItem/resolve", this.#maybeOdd(item));
  }

  async #unknown(): Promise<void> {
    const odd = oddValue(this.#random);
    const notifications: readonly [string, unknown][] = [
      ["notebookDocument/didOpen", odd],
      ["notebookDocument/didChange", { change: { cells: odd } }],
      ["textDocument/didOpen", { textDocument: odd }],
      ["textDocument/didSave", odd],
      ["$/setTrace", { value: this.#random.pick(["off", "messages", "verbose"]) }],
      ["$/unknown", odd],
      ["initialized", odd],
    ];
    const requests: readonly [string, unknown][] = [
      ["textDocument/hover", odd],
      ["initialize", odd],
      ["__proto__", odd],
      ["textDocument/completion", odd],
      ["textDocument/inlineCompletion", odd],
    ];
    this.#wire.counts.add("unknown methods");
    if (this.#random.chance(0.5)) {
      const [method, params] = this.#random.anyOf(notifications) ?? ["$/unknown", odd];
      await this.#wire.notify(method, params);
    } else {
      const [method, params] = this.#random.anyOf(requests) ?? ["textDocument/hover", odd];
      await this.#wire.request(method, params);
    }
  }

  #maybeOdd(params: unknown): unknown {
    return this.#random.chance(0.2)
      ? withOnePlaceOdd(this.#random, params, this.#wire.counts)
      : params;
  }
}
