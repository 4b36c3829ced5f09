/** The answer that a fault damages, and where. */
import type { Cell } from "./cells.ts";
import type { WireExchange } from "./wires.ts";

/** What a good answer offers. */
export const goodMiddle = "grün(1);";

export const eventStream = { "content-type": "text/event-stream; charset=utf-8" };

function event(delta: unknown, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "m", choices })}\n\n`;
}

export const firstEvent = Buffer.from(event({ role: "assistant", content: "" }));
export const textEvent = Buffer.from(event({ content: goodMiddle }));
const lastEvents = Buffer.from(`${event({ content: "" }, "stop")}data: [DONE]\n\n`);

export function goodAnswer(exchange: WireExchange): Buffer[] {
  return [
    exchange.head(eventStream),
    exchange.data(firstEvent),
    exchange.data(textEvent),
    exchange.data(lastEvents),
    exchange.end(),
  ];
}

/** The payload up to the point, and what is left of it. */
export function payloadAt(point: Cell["point"]): {
  readonly sent: Buffer[];
  readonly left: Buffer[];
} {
  const letter = textEvent.indexOf(Buffer.from("ü"));
  switch (point) {
    case "midEvent":
      return halves(20);
    case "midCharacter":
      return halves(letter + 1);
    case "lastEvent":
      return { sent: [firstEvent, textEvent], left: [lastEvents] };
    case "dns":
    case "connect":
    case "tls":
    case "proxy":
    case "requestBody":
    case "headers":
    case "firstByte":
    case "idle":
    case "http2":
      return { sent: [], left: [firstEvent, textEvent, lastEvents] };
  }
}

function halves(at: number): { readonly sent: Buffer[]; readonly left: Buffer[] } {
  return {
    sent: [firstEvent, textEvent.subarray(0, at)],
    left: [textEvent.subarray(at), lastEvents],
  };
}
