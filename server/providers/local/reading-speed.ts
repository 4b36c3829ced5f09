/**
 * Measures how fast a model server reads prompts. A CPU reads about 40 tokens a second. Prompts must be sized
 * accordingly; otherwise the first byte arrives long after the user has typed on.
 */
export interface ReadingSpeed {
  /** `undefined` until it is known. */
  readonly tokensPerSecond: number | undefined;
  /** The server reported that it computed `tokens` of a prompt in `ms`. */
  noteTold(tokens: number | undefined, ms: number | undefined): void;
  /** The first byte arrived after `ms`, for about `tokens` that the server had not read before. */
  noteFirstByte(tokens: number, ms: number): void;
}

/** With fewer tokens, the time is that of one step and not of reading. */
const fewestTokens = 8;
/** Share that older observations keep. One long prompt outweighs many short ones. */
const keptShare = 0.7;
/** A first byte that arrives sooner is fast enough. It may be all latency and says nothing about the reading speed. */
const soonMs = 1500;

export function createReadingSpeed(): ReadingSpeed {
  let tokens = 0;
  let ms = 0;
  let isTold = false;
  const add = (moreTokens: number, moreMs: number): void => {
    tokens = tokens * keptShare + moreTokens;
    ms = ms * keptShare + moreMs;
  };
  const speed = (): number | undefined => (ms > 0 ? (tokens / ms) * 1000 : undefined);
  return {
    get tokensPerSecond() {
      return speed();
    },
    noteTold(told = 0, tookMs = 0) {
      if (told < fewestTokens || !(tookMs > 0)) return;
      if (!isTold) [tokens, ms, isTold] = [0, 0, true];
      add(told, tookMs);
    },
    noteFirstByte(unread, tookMs) {
      // The server's own report takes its cache into account.
      if (isTold || unread < fewestTokens || !(tookMs > 0)) return;
      const known = speed();
      const isFaster = known !== undefined && (unread / tookMs) * 1000 > known;
      if (tookMs > soonMs || isFaster) add(unread, tookMs);
    },
  };
}
