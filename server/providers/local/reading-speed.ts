/**
 * How fast a model server reads prompts. A CPU reads some 40 tokens a second: what is sent has to follow that, or
 * the first byte comes long after the user has typed on.
 */
export interface ReadingSpeed {
  /** `undefined` until something was learnt. */
  readonly tokensPerSecond: number | undefined;
  /** By the server's own account it computed `tokens` of a prompt in `ms`. */
  noteTold(tokens: number | undefined, ms: number | undefined): void;
  /** The first byte came after `ms`, with about `tokens` that the server had not read before. */
  noteFirstByte(tokens: number, ms: number): void;
}

/** Of fewer tokens the time is that of a step, not of reading. */
const fewestTokens = 8;
/** Of older observations so much stays: one long prompt outweighs many short ones. */
const keptShare = 0.7;
/** A first byte that comes sooner is soon enough; it may be all latency and says nothing against the server. */
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
      // The server's own account knows what it found in its cache.
      if (isTold || unread < fewestTokens || !(tookMs > 0)) return;
      const known = speed();
      const isFaster = known !== undefined && (unread / tookMs) * 1000 > known;
      if (tookMs > soonMs || isFaster) add(unread, tookMs);
    },
  };
}
