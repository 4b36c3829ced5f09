/** The matrix: which fault can happen at which point of an exchange, over which transport. */

export const transports = ["h1", "h1-tls", "h2"] as const;
export type Transport = (typeof transports)[number];

export const bodyFaults = [
  "reset",
  "close",
  "stall",
  "drip",
  "trickle",
  "garbage",
  "oversize",
  "duplicate",
  "wrongLength",
  "wrongEncoding",
  "compressed",
] as const;

/** Each point with what can go wrong there. */
export const faultsByPoint = {
  dns: ["refuse"],
  connect: ["refuse", "reset", "close", "stall", "drip", "garbage", "oversize"],
  tls: ["reset", "close", "stall", "drip", "garbage", "oversize", "plaintext", "untrusted"],
  proxy: [
    "refuse",
    "reset",
    "close",
    "stall",
    "drip",
    "garbage",
    "oversize",
    "unauthorized",
    "badGateway",
  ],
  requestBody: ["reset", "close", "stall", "drip", "garbage", "oversize", "earlyAnswer"],
  headers: [...bodyFaults, "brotli", "deflate"],
  firstByte: bodyFaults,
  midEvent: bodyFaults,
  midCharacter: bodyFaults,
  lastEvent: bodyFaults,
  idle: ["reset", "close", "stall", "garbage", "oversize", "unaskedAnswer"],
  http2: [
    "goAwayIdle",
    "goAwayBeforeHeaders",
    "goAwayMidBody",
    "goAwayWithError",
    "refusedStream",
    "rstBeforeHeaders",
    "rstMidBody",
    "pingTimeout",
    "settingsFlood",
    "pingFlood",
    "noWindow",
    "garbage",
    "hugeFrame",
    "endlessHeaders",
    "unknownFrames",
  ],
} as const;

export type Point = keyof typeof faultsByPoint;

export interface Cell {
  readonly point: Point;
  readonly fault: string;
  readonly transport: Transport;
  readonly isProxied: boolean;
}

/** Every combination with why it cannot be, where it cannot. */
const combinations = transports.flatMap((transport) =>
  [false, true].flatMap((isProxied) =>
    Object.entries(faultsByPoint).flatMap(([point, faults]) =>
      faults.map((fault): Cell & { readonly impossible: string | undefined } => {
        const cell = { point: point as Point, fault, transport, isProxied };
        return { ...cell, impossible: impossibility(cell) };
      }),
    ),
  ),
);

export const cells: readonly Cell[] = combinations.filter(
  ({ impossible }) => impossible === undefined,
);

/** Reasons for the cells that are left out, each with their number. */
export const exclusions: ReadonlyMap<string, number> = countBy(
  combinations.flatMap(({ impossible }) => (impossible === undefined ? [] : [impossible])),
);

/** What no cell can hold, whatever the transport. */
export const beyondTheMatrix = [
  "HTTP/2 in cleartext: the server speaks HTTP/2 only where TLS negotiated it",
  "name look-ups that stall, drip or lie: they are the system resolver's, which has its own time limit",
] as const;

function impossibility({ point, transport, isProxied }: Cell): string | undefined {
  if (point === "http2" && transport !== "h2") return "HTTP/2 frames on HTTP/1.1";
  if (point === "tls" && transport === "h1") return "a TLS handshake in cleartext";
  if (point === "proxy" && !isProxied) return "a proxy on the direct way";
  return undefined;
}

function countBy(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Those that strike an open connection: an exchange that succeeds comes before the one that meets them. */
export function isAfterAnAnswer({ point, fault }: Cell): boolean {
  return (point === "idle" && fault === "stall") || fault === "pingTimeout";
}

export function nameOf({ point, fault, transport, isProxied }: Cell): string {
  return `${point}/${fault} over ${transport}${isProxied ? " through a proxy" : ""}`;
}
