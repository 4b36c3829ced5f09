/** One request, with the means to answer it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** The body parsed; empty when there was none. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Counts the server's connections from 1. */
  readonly socketNumber: number;
  /** `performance.now()` of its first bytes, for benchmarks only. */
  readonly receivedAt: number;
  readonly httpVersion: string;
  /** The client went away before the answer was complete. */
  readonly isAborted: boolean;
  /** When the answer was complete, or the client went away. */
  readonly closed: Promise<void>;
  head(status: number, headers: Readonly<Record<string, string>>): void;
  write(piece: string | Buffer): void;
  /** Resolves when the piece was taken by the connection, or the client went away. */
  writeAndWait(piece: string | Buffer): Promise<void>;
  end(piece?: string | Buffer): void;
  /** Cuts the connection. */
  reset(): void;
}
