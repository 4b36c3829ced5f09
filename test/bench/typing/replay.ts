/**
 * Plays keys into documents as an editor does: every key changes the text, cancels the request before it and
 * sends a new one; what is shown is read, and accepted when it is right and there was time to read it.
 */
import type { Clock } from "../../../server/base/clock.ts";
import type { CompletionMode, FimRequest } from "../../../server/engine/prompt.ts";
import { estimateTokens } from "../../../server/engine/tokens.ts";
import type { FimEvent, FimProvider } from "../../../server/providers/provider.ts";
import { createDocumentStore, type DocumentStore } from "../../../server/session/documents.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { seededRandom } from "../workspace-model/random.ts";
import { keysFor, logNormal, textOf, type Key } from "./keys.ts";
import {
  modelAnswer,
  type Model,
  type ModelAnswer,
  type ModelLine,
  type ModelPlace,
} from "./model.ts";
import { createPolicy, type Policy, type PolicyName } from "./policy.ts";
import { Screen } from "./screen.ts";
import type { Stretch } from "./sources.ts";
import { realClock, startRealServer } from "./stdio.ts";
import { createTally, type Tally } from "./tally.ts";

export interface ReplayOptions {
  readonly policy: PolicyName;
  readonly model: Model;
  /** The user reads anew after every key; else reading goes on while the same text stays visible. */
  readonly rereads: boolean;
  readonly seed: number;
  readonly stretches: readonly Stretch[];
}

/** A right suggestion is accepted once it has been visible for this long (median, sigma). */
const readingMedianMs = 700;
const readingSigma = 0.4;

/** On the virtual clock, the session in this process. */
export async function replay(options: ReplayOptions): Promise<Tally> {
  const tally = createTally();
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const typist = new Typist(options.model);
  const answer = ({ prompt }: FimRequest): ModelAnswer => typist.ask(prompt.mode);
  const provider = counted(createScriptedProvider({ clock, answer }), tally);
  const policy = createPolicy(options.policy, { clock, documents, provider });
  await typeAll({ clock, documents, policy, tally, typist }, options);
  await policy.close();
  return tally;
}

/** In real time, through the built server over stdio, for about `seconds`. */
export async function replayThroughServer(options: ReplayOptions, seconds: number): Promise<Tally> {
  const tally = createTally();
  const documents = createDocumentStore();
  const typist = new Typist(options.model);
  const server = await startRealServer(documents, tally, (mode) => typist.ask(mode));
  const until = realClock.now() + seconds * 1000;
  const scene = { clock: realClock, documents, policy: server.policy, tally, typist };
  await typeAll(scene, options, () => realClock.now() > until);
  await server.close();
  return tally;
}

/** Who types, and what the model makes of the place where that is. */
class Typist {
  readonly #model: Model;
  place: Place | undefined;

  constructor(model: Model) {
    this.#model = model;
  }

  ask(mode: CompletionMode): ModelAnswer {
    const { place } = this;
    return place === undefined
      ? { text: "", latencyMs: 0 }
      : modelAnswer(this.#model, place.forModel, mode);
  }
}

interface Scene {
  readonly clock: Clock & Pick<FakeClock, "advance">;
  readonly documents: DocumentStore;
  readonly policy: Policy;
  readonly tally: Tally;
  readonly typist: Typist;
}

async function typeAll(
  scene: Scene,
  options: ReplayOptions,
  isOver: () => boolean = () => false,
): Promise<void> {
  for (const [index, stretch] of options.stretches.entries()) {
    if (isOver()) return;
    const place = new Place(textOf(stretch), options.seed + 1000 * index);
    scene.typist.place = place;
    await typeStretch(scene, { ...options, stretch, place, index, isOver });
  }
}

/** Where in its text the typist is. */
class Place {
  readonly goal: string;
  readonly #seed: number;
  /** Units of the goal that stand in the document, and wrong ones behind them. */
  position = 0;
  slips = 0;

  constructor(goal: string, seed: number) {
    this.goal = goal;
    this.#seed = seed;
  }

  get state(): number {
    return this.position * 8 + this.slips;
  }

  /** What comes at this place; `undefined` behind a slip. */
  get wanted(): string | undefined {
    return this.slips > 0 ? undefined : this.goal.slice(this.position);
  }

  get forModel(): ModelPlace {
    const start = this.goal.lastIndexOf("\n", this.position - 1) + 1;
    const here = this.#lineAt(start);
    const nextStart = start + here.indentation.length + here.line.length + 1;
    const below = nextStart < this.goal.length ? this.#lineAt(nextStart) : undefined;
    return {
      ...here,
      position: Math.max(0, this.position - start - here.indentation.length),
      next: below && { ...below, lead: `\n${below.indentation}` },
      isSlip: this.slips > 0,
    };
  }

  #lineAt(start: number): ModelLine & { readonly indentation: string } {
    const [whole = ""] = this.goal.slice(start).split("\n", 1);
    const line = whole.trimStart();
    const indentation = whole.slice(0, whole.length - line.length);
    const seed = Math.imul(this.#seed + 1, 0x9e3779b1) ^ Math.imul(start + 1, 0x85ebca6b);
    return { indentation, line, seed };
  }

  /** The same for every policy that comes here. */
  seed(purpose: number): number {
    return Math.imul(this.#seed + purpose, 0x9e3779b1) ^ Math.imul(this.state + 1, 0x85ebca6b);
  }
}

interface Part extends ReplayOptions {
  readonly stretch: Stretch;
  readonly place: Place;
  readonly index: number;
  readonly isOver: () => boolean;
}

async function typeStretch(scene: Scene, part: Part): Promise<void> {
  const { clock, documents, policy, tally } = scene;
  const { stretch, place, index, rereads, isOver } = part;
  const { file, start, end } = stretch;
  const uri = `file:///${index}${file.path}`;
  const indentation = /^[ \t]*/.exec(file.lines[start] ?? "")?.[0] ?? "";
  const above = [...file.lines.slice(0, start), indentation].join("\n");
  const below = `\n${file.lines.slice(end).join("\n")}`;
  documents.open({ uri, languageId: file.languageId, version: 1, text: above + below });
  const cursor = (): number => above.length + place.position + place.slips;
  const change = (from: number, to: number, text: string): void =>
    documents.change(uri, 1, [{ text, toRange: () => ({ start: from, end: to }) }]);
  let hasAccepted = false;
  const screen = new Screen({
    clock,
    policy,
    tally,
    uri,
    wanted: () => place.wanted,
    state: () => place.state,
    rereads,
    readingMs: () => logNormal(readingMedianMs, readingSigma, seededRandom(place.seed(2))),
    accept(text) {
      change(cursor(), cursor(), text);
      place.position += text.length;
      hasAccepted = true;
      policy.accepted(uri);
      screen.changed(undefined, cursor());
    },
  });

  const keys = keysFor(place.goal, seededRandom(place.seed(3)));
  let next = 0;
  for (let key = keys[next]; key !== undefined && !isOver(); key = keys[next]) {
    hasAccepted = false;
    await clock.advance(key.gapMs, () => hasAccepted);
    if (hasAccepted) {
      next = firstKeyBehind(keys, place.position);
      continue;
    }
    press(key, place, change, cursor());
    screen.changed(key.kind === "right" ? key.text : undefined, cursor());
    next += 1;
  }
  await clock.advance(3000);
  tally.typed += place.position;
  screen.close();
  documents.close(uri);
}

function press(
  key: Key,
  place: Place,
  change: (from: number, to: number, text: string) => void,
  cursor: number,
): void {
  if (key.kind === "backspace") {
    change(cursor - 1, cursor, "");
    place.slips -= 1;
    return;
  }
  // A key of which a part was accepted inserts the rest only: Enter's indentation, for one.
  const text = key.kind === "right" ? place.goal.slice(place.position, key.position) : key.text;
  change(cursor, cursor, text);
  if (key.kind === "wrong") place.slips += 1;
  else place.position = key.position;
}

/** What was accepted need not be typed, and slips in it are not made. */
function firstKeyBehind(keys: readonly Key[], position: number): number {
  let index = keys.length;
  while (index > 0) {
    const key = keys[index - 1];
    if (key === undefined || key.position < position) break;
    if (key.kind === "right" && key.position === position) break;
    index -= 1;
  }
  return index;
}

/** The same provider, its requests and tokens counted. */
function counted(provider: FimProvider, tally: Tally): FimProvider {
  return {
    ...provider,
    complete: (request, signal) => {
      tally.requests += 1;
      tally.tokensIn += request.prompt.estimatedTokens;
      return count(provider.complete(request, signal), signal, tally);
    },
  };
}

async function* count(
  events: AsyncIterable<FimEvent>,
  signal: AbortSignal,
  tally: Tally,
): AsyncGenerator<FimEvent> {
  try {
    for await (const event of events) {
      if (event.kind === "text") tally.tokensOut += estimateTokens(event.text);
      yield event;
    }
  } finally {
    if (signal.aborted) tally.cancelled += 1;
  }
}
