/** A FIM endpoint that only records when a request's first byte arrives and when its answer is written. */
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface RawEndpoint {
  readonly endpoint: string;
  /** The middle of every answer from now on. */
  middle: string;
  /** How long it takes to answer; 0: at once. */
  delayMs: number;
  /** Resolves when the next request is there. */
  asked(): Promise<void>;
  /** The times (`performance.now()`) of the next request that is answered. */
  next(): Promise<Times>;
  close(): Promise<void>;
}

export interface Times {
  readonly firstByteAt: number;
  readonly answeredAt: number;
}

export async function startRawEndpoint(): Promise<RawEndpoint> {
  const sockets = new Set<Socket>();
  let wake: ((times: Times) => void) | undefined;
  let wakeAsked: (() => void) | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let received = "";
    let firstByteAt = 0;
    socket.on("data", (bytes) => {
      if (received === "") firstByteAt = performance.now();
      received += bytes.toString("latin1");
      if (!isWhole(received)) return;
      const isQuestion = received.startsWith("POST");
      received = "";
      if (!isQuestion) return void socket.write(notFound);
      wakeAsked?.();
      const reply = (): void => {
        const whole = answer(endpoint.middle);
        // Before it is written: the server may run before this process goes on.
        const answeredAt = performance.now();
        socket.write(whole);
        wake?.({ firstByteAt, answeredAt });
      };
      if (endpoint.delayMs === 0) reply();
      else setTimeout(reply, endpoint.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: RawEndpoint = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    middle: "",
    delayMs: 0,
    asked: () =>
      new Promise((resolve) => {
        wakeAsked = resolve;
      }),
    next: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return endpoint;
}

const notFound = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

function isWhole(received: string): boolean {
  const headerEnd = received.indexOf("\r\n\r\n");
  if (headerEnd < 0) return false;
  const length = Number(/content-length: *(\d+)/i.exec(received.slice(0, headerEnd))?.[1] ?? 0);
  return received.length >= headerEnd + 4 + length;
}

/** One event per four characters, as a model streams, in one write. */
function answer(middle: string): string {
  const pieces = middle.match(/[^]{1,4}/g) ?? [];
  const events = [
    ...pieces.map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
    { choices: [{ index: 0, delta: { content: "" }, finish_reason: "stop" }] },
  ].map((event) => `data: ${JSON.stringify(event)}\n\n`);
  const body = `${events.join("")}data: [DONE]\n\n`;
  return (
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" +
    `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`
  );
}
