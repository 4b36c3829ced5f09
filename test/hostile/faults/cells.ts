/** The matrix: which fault can happen at which point of an exchange, over which transport. */

export const transports = ["h1", "h1-tls", "h2"] as const;
export type Transport = (typeof transports)[number];

export const bodyFaults = [
  "reset",
  "close",
  "stall",
  "drip",
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
  connect: ["refuse", "reset", "close", "stall", "garbage"],
  tls: ["reset", "close", "stall", "drip", "garbage", "plaintext", "untrusted"],
  proxy: ["refuse", "reset", "close", "stall", "garbage", "unauthorized", "badGateway", "oversize"],
  requestBody: ["reset", "close", "stall", "garbage", "earlyAnswer"],
  headers: bodyFaults,
  firstByte: bodyFaults,
  midEvent: bodyFaults,
  midCharacter: bodyFaults,
  lastEvent: bodyFaults,
  idle: ["reset", "close", "garbage", "unaskedAnswer"],
  http2: [
    "goAwayIdle",
    "goAwayBeforeHeaders",
    "goAwayMidBody",
    "goAwayWithError",
    "refusedStream",
    "rstBeforeHeaders",
    "rstMidBody",
    "settingsFlood",
    "pingFlood",
    "noWindow",
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

export const cells: readonly Cell[] = transports.flatMap((transport) =>
  [false, true].flatMap((isProxied) =>
    Object.entries(faultsByPoint).flatMap(([point, faults]) =>
      faults
        .map((fault) => ({ point: point as Point, fault, transport, isProxied }))
        .filter(isPossible),
    ),
  ),
);

function isPossible({ point, transport, isProxied }: Cell): boolean {
  // HTTP/2 is only spoken where TLS negotiated it. The proxy resolves names for its clients.
  if (point === "http2") return transport === "h2";
  if (point === "tls") return transport !== "h1";
  if (point === "dns") return !isProxied;
  return point !== "proxy" || isProxied;
}

export function nameOf({ point, fault, transport, isProxied }: Cell): string {
  return `${point}/${fault} over ${transport}${isProxied ? " through a proxy" : ""}`;
}
