/**
 * The speed of a model server on the user's own machine: how fast it reads, whether it loads its model, and
 * therefore how long a request may take.
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
  /** At a lower speed, a prompt of the usual size is not read in the time in which a suggestion is expected. */
  readonly isSlow: boolean;
  /** The result of `send`, which is called when it is the request's turn. */
  ask(
    request: FimRequest,
    send: (call: RequestCall) => AsyncIterable<FimEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<FimEvent>;
  /** One answer to a request without document text. It may load the model. */
  probe<Result>(send: (call: ApiCall) => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

export type RequestCall = ReturnType<typeof callFor> & Pick<ApiCall, "patienceMs">;

/** A prompt may take this multiple of its expected time, because the machine has other work. */
const patienceFactor = 3;
const slowTokensPerSecond = 1000;

export function createServerPace(clock: Clock, { isSerial }: { isSerial: boolean }): ServerPace {
  const speed = createReadingSpeed();
  const coldStart = createColdStart(clock, isSerial);
  /** The previous prompt in the server's order. The server's cache holds its common beginning with the next one. */
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
      // The duration of a load says nothing about reading speed.
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

/** The text of a prompt in the order in which the server reads it. Default: prefix first. */
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
