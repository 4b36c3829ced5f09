/**
 * Types keys into documents as an editor does. Every key changes the text, cancels the previous request and sends a
 * new one. A shown suggestion is read, and accepted if it is right and there was time to read it.
 */
import type { Clock } from "../../../server/base/clock.ts";
import type { FimRequest } from "../../../server/engine/prompt/prompt.ts";
import {
  createDocumentStore,
  type DocumentStore,
} from "../../../server/documents/document-store.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { createScriptedProvider } from "../../support/scripted-provider.ts";
import { seededRandom } from "../workspace-model/random.ts";
import { counted } from "./counted.ts";
import { logNormal, type Key } from "./keys.ts";
import type { Model, ModelAnswer } from "./model.ts";
import { createPolicy, type Policy, type PolicyName } from "./policy.ts";
import { Screen } from "./screen.ts";
import type { Script } from "./script.ts";
import { realClock, startRealServer } from "./stdio.ts";
import { createTally, type Tally } from "./tally.ts";
import { Place, Typist } from "./typist.ts";

export interface ReplayOptions {
  readonly policy: PolicyName;
  readonly model: Model;
  /** The user reads again after every key; else reading goes on while the same text stays visible. */
  readonly rereads: boolean;
  readonly scripts: readonly Script[];
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
  for (const script of options.scripts) {
    if (isOver()) return;
    const place = new Place(script.goal, script.seed);
    scene.typist.place = place;
    await play(scene, { script, place, rereads: options.rereads, isOver });
  }
}

interface Part {
  readonly script: Script;
  readonly place: Place;
  readonly rereads: boolean;
  readonly isOver: () => boolean;
}

async function play(scene: Scene, { script, place, rereads, isOver }: Part): Promise<void> {
  const { clock, documents, policy, tally } = scene;
  const { uri, languageId, above, below, keys } = script;
  documents.open({ uri, languageId, version: 1, text: above + below });
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
  await clock.advance(3000, isOver);
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
