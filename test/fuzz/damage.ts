/** Bytes that are no message, followed by what lets a reader find its feet again, and by opening everything again. */
import type { Random } from "../support/random.ts";
import { after } from "./fuzz-answers.ts";
import { oddText } from "./odd-values.ts";
import { frame } from "./raw-client.ts";
import type { Wire } from "./wire.ts";

const attempts = 20;
const patienceMs = 500;

export async function damageFraming(random: Random, wire: Wire): Promise<void> {
  await wire.quiet();
  wire.counts.add("damaged framing");
  const whole = frame({ method: "$/storm", params: oddText(random, 30) });
  const body = whole.subarray(whole.indexOf("\r\n\r\n") + 4);
  const far = random.below(5000);
  const damage = random.pick<string | Buffer>([
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "\r\n\r\n\r\n",
    "Content-Length: -5\r\n\r\n",
    "Content-Length: x\r\n\r\n{}",
    "Content-Length: 99999999999999999999\r\n\r\n",
    "Content-Length: 999999999999\r\n\r\n",
    "Content-Length: 0\r\n\r\n",
    "Content-Length: 4\r\n\r\nnull",
    `Content-Length: ${body.length + far}\r\n\r\n${body.toString()}`,
    `Content-Length: ${Math.max(1, body.length - 7)}\r\n\r\n${body.toString()}`,
    Buffer.concat([whole.subarray(0, whole.length - 9), Buffer.from([0xff, 0xfe, 0x00])]),
    Buffer.from(Array.from({ length: far }, () => random.below(256))),
  ]);
  wire.note({ damage: damage.toString("latin1").slice(0, 80) });
  await wire.client.write(damage);
  const padding = frame({ method: "$/padding", params: ["z".repeat(far + 9000)] });
  await wire.client.write(padding);
  await wire.client.write(padding);
  if (!(await isHeard(wire))) {
    wire.faults.push("the server no longer reads after damaged bytes");
    return;
  }
  for (const uri of wire.oracle.uris) {
    if (uri !== "") await wire.notify("textDocument/didClose", { textDocument: { uri } });
  }
}

async function isHeard({ client, newId }: Wire): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const id = `probe-${newId}-${attempt}`;
    const answer = client.expect(id);
    const params = { command: "fim.status" };
    await client.send({ id, method: "workspace/executeCommand", params });
    const isAnswered = await Promise.race([
      answer.then(() => true),
      after(patienceMs).then(() => false),
    ]);
    client.forgive();
    if (isAnswered) return true;
  }
  return false;
}
