/**
 * Handles servers that load their model on demand: Ollama, LM Studio, llama.cpp's router. An abort would end the
 * load. Until a server has answered, one request therefore runs to its first event even if its caller is gone, with
 * enough time for a load. Other requests wait for it and are not sent.
 */
import type { Clock } from "../../base/clock.ts";
import { ProviderError } from "../provider.ts";
import { createOneAtATime } from "./one-at-a-time.ts";

export interface ColdStart {
  /** The server has not answered yet, or so long ago that it may have unloaded its model. */
  readonly isCold: boolean;
  /** A cold server was asked a while ago and has not answered. */
  readonly isLoading: boolean;
  /** The time that the first byte of a request starting now may take if longer than usual; otherwise 0. */
  readonly patienceMs: number;
  /** The events of `start`. */
  stream<Event>(
    start: (signal: AbortSignal) => AsyncIterable<Event>,
    signal: AbortSignal,
  ): AsyncGenerator<Event>;
  /** Like `stream`, for a single answer. */
  run<Result>(
    start: (signal: AbortSignal) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result>;
}

/** Ollama gives up a load after five minutes. */
const loadMs = 300_000;
/** A server may be configured to unload its model after a minute. */
const forgottenAfterMs = 60_000;
/** A loaded model usually answers sooner. */
const noticeableMs = 1000;

/** `isSerial`: the server computes one request at a time, so requests also take turns when it is warm. */
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
    // Whatever the server does in place of an answer, the next request gets the time for a load.
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
