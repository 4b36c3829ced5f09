/** Decodes bodies that some gateways compress although the request did not ask for it. */
import { pipeline, Readable, type Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createInflate,
  createInflateRaw,
  createUnzip,
} from "node:zlib";

import { ProviderError } from "../provider.ts";

/**
 * The decompressed bytes of `body`, as they arrive. The caller limits their number, because a small body may expand
 * to a large one. @throws ProviderError (`malformedStream`) if the compression is unknown or broken
 */
export function decoded(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  origin: string,
): AsyncIterable<Uint8Array> {
  const name = encoding?.trim().toLowerCase() ?? "";
  return name === "" || name === "identity" ? body : decompressed(body, name, origin);
}

async function* decompressed(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  origin: string,
): AsyncGenerator<Uint8Array> {
  const bytes = body[Symbol.asyncIterator]();
  const first = await bytes.next();
  if (first.done === true) return;
  const decoder = decoderFor(encoding, first.value);
  if (decoder === undefined) throw unreadable(origin, encoding);
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let next = first; next.done !== true; next = await bytes.next()) yield next.value;
  }
  let bodyError: Error | undefined;
  const source = Readable.from(all(), { objectMode: false });
  source.once("error", (error) => (bodyError = error));
  // The decoder reports the error to its reader.
  pipeline(source, decoder, () => {});
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    throw bodyError ?? unreadable(origin, encoding, error);
  }
}

/** A truncated body is read as far as possible. */
const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };

function decoderFor(encoding: string, [first = 0]: Uint8Array): Transform | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createUnzip(zlibOptions);
    case "br":
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case "deflate":
      // With the zlib header that the standard requires, or without it, as some servers send it.
      return (first & 0x0f) === 8 ? createInflate(zlibOptions) : createInflateRaw(zlibOptions);
    default:
      return undefined;
  }
}

function unreadable(origin: string, encoding: string, cause?: unknown): ProviderError {
  return new ProviderError(
    {
      kind: "malformedStream",
      isRetryable: false,
      remedy: "Turn compression off there",
      message: `${origin} sent an answer compressed as ${encoding.slice(0, 20)}, which cannot be read. Turn compression off there.`,
    },
    cause,
  );
}
