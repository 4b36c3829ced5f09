/**
 * The pace of a model server on the user's own machine: how fast it reads, whether it loads its model, and how
 * long a request may therefore take.
 */
import type { Clock } from "../../base/clock.ts";
import type { FimPrompt, FimRequest } from "../../engine/prompt/prompt.ts";
import { estimateTokens } from "../../engine/prompt/tokens.ts";
import type { ApiCall } from "../http/api-client.ts";
import type { FimEvent } from "../provider.ts";
import { callFor } from "../request-fields.ts";
import { createColdStart, type ColdStart } from "./cold-start.ts";
import { createReadingSpeed, type ReadingSpeed } from "./reading-speed.ts";

export interface ServerPace {
  readonly speed: ReadingSpeed;
  readonly isLoading: boolean;
  /** Less than a prompt of the usual size is read in the time in which a suggestion is expected. */
  readonly isSlow: boolean;
  /** What `send` brings. It is called when it is the request's turn. */
  ask(
    request: FimRequest,
    send: (call: RequestCall) => AsyncIterable<FimEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<FimEvent>;
  /** One answer to a question without text of a document; it may load the model. */
  probe<Result>(send: (call: ApiCall) => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

export type RequestCall = ReturnType<typeof callFor> & Pick<ApiCall, "patienceMs">;

/** Of the time that a prompt should take, so much may pass: the machine has other work. */
const patienceFactor = 3;
const slowTokensPerSecond = 1000;

export function createServerPace(clock: Clock, { isSerial }: { isSerial: boolean }): ServerPace {
  const speed = createReadingSpeed();
  const coldStart = createColdStart(clock, isSerial);
  /** The prompt before, as the server read it: its cache has what the next one begins with. */
  let lastRead = "";

  const patienceFor = ({ estimatedTokens }: FimPrompt): number => {
    const { tokensPerSecond } = speed;
    const expectedMs =
      tokensPerSecond === undefined ? 0 : (estimatedTokens / tokensPerSecond) * 1000;
    return Math.max(coldStart.patienceMs, expectedMs * patienceFactor);
  };

  async function* timed(
    prompt: FimPrompt,
    events: AsyncIterable<FimEvent>,
    coldness: Pick<ColdStart, "isCold">,
  ): AsyncGenerator<FimEvent> {
    const wasCold = coldness.isCold;
    const startedAt = clock.now();
    const text = readText(prompt);
    const unread = estimateTokens(text, 1, commonLength(text, lastRead));
    let isFirst = true;
    for await (const event of events) {
      // What a load takes says nothing about reading.
      if (isFirst && !wasCold) speed.noteFirstByte(unread, clock.now() - startedAt);
      isFirst = false;
      lastRead = text;
      yield event;
    }
  }

  return {
    speed,
    get isLoading() {
      return coldStart.isLoading;
    },
    get isSlow() {
      return (speed.tokensPerSecond ?? Number.POSITIVE_INFINITY) < slowTokensPerSecond;
    },
    ask: (request, send, signal) =>
      coldStart.stream((work) => {
        const call = { ...callFor(request, work), patienceMs: patienceFor(request.prompt) };
        return timed(request.prompt, send(call), coldStart);
      }, signal),
    probe: (send, signal) =>
      coldStart.run(
        (work) => send({ signal: work, isPatient: true, patienceMs: coldStart.patienceMs }),
        signal,
      ),
  };
}

/** Its text in the order in which a server reads it; what it does not say itself is the prefix first. */
function readText(prompt: FimPrompt): string {
  switch (prompt.kind) {
    case "native":
      return prompt.prompt + prompt.suffix;
    case "infill":
      return prompt.prefix + prompt.linePrefix + prompt.suffix;
    case "rendered":
      return prompt.text;
  }
}

function commonLength(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let length = 0;
  while (length < shorter && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
