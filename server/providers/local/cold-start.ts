/**
 * A server that loads its model when it is asked: Ollama, LM Studio, llama.cpp's router. An abort ends the load, so
 * as long as a server has not answered, one request is left to run to its first event whatever becomes of its
 * caller, with time enough for a load; others wait for it without being sent.
 */
import type { Clock } from "../../base/clock.ts";
import { ProviderError } from "../provider.ts";
import { createOneAtATime } from "./one-at-a-time.ts";

export interface ColdStart {
  /** Nothing has come from the server yet, or not for so long that it may have dropped its model. */
  readonly isCold: boolean;
  /** A cold server was asked a while ago and is silent. */
  readonly isLoading: boolean;
  /** The time that the first byte of a request that starts now may take, if more than usual; else 0. */
  readonly patienceMs: number;
  /** The events of `start`. */
  stream<Event>(
    start: (signal: AbortSignal) => AsyncIterable<Event>,
    signal: AbortSignal,
  ): AsyncGenerator<Event>;
  /** As `stream`, for one answer. */
  run<Result>(
    start: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}

/** Ollama gives up a load after five minutes. */
const loadMs = 300_000;
/** A server may be set to drop its model after a minute. */
const forgottenAfterMs = 60_000;
/** A model that is loaded mostly answers sooner. */
const noticeableMs = 1000;

/** `isSerial`: the server computes one request at a time, so that they take turns when it is warm, too. */
export function createColdStart(clock: Clock, isSerial: boolean): ColdStart {
  const turns = createOneAtATime();
  let answeredAt: number | undefined;
  let askedAt: number | undefined;
  const isCold = (): boolean =>
    answeredAt === undefined || clock.now() - answeredAt > forgottenAfterMs;
  const noteAnswer = (): void => {
    answeredAt = clock.now();
    askedAt = undefined;
  };
  const noteFailure = (error: unknown): void => {
    askedAt = undefined;
    // Whatever it does instead of answering, the next request is given the time for it.
    if (error instanceof ProviderError && error.kind === "timeout") answeredAt = undefined;
  };

  async function* watched<Event>(events: AsyncIterable<Event>): AsyncGenerator<Event> {
    if (isCold()) askedAt ??= clock.now();
    try {
      for await (const event of events) {
        noteAnswer();
        yield event;
      }
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  }

  return {
    get isCold() {
      return isCold();
    },
    get isLoading() {
      return isCold() && askedAt !== undefined && clock.now() - askedAt > noticeableMs;
    },
    get patienceMs() {
      return isCold() ? loadMs : 0;
    },
    async *stream(start, signal) {
      const events = (work: AbortSignal) => watched(start(work));
      if (isSerial || isCold()) yield* turns.stream(events, signal);
      else yield* events(signal);
    },
    run: (start, signal) =>
      turns.run(async (work) => {
        if (isCold()) askedAt ??= clock.now();
        try {
          const result = await start(work);
          noteAnswer();
          return result;
        } catch (error) {
          noteFailure(error);
          throw error;
        }
      }, signal),
  };
}
