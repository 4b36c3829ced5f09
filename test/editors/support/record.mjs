// Loaded into the server under test (NODE_OPTIONS=--import): writes each protocol message, both ways,
// to RECORD_FOLDER/PID.jsonl as {at, dir, message}. It runs inside the server's own process, so that
// what the editor starts, signals and kills is the server itself and nothing in between.
import { appendFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.RECORD_FOLDER;
if (folder !== undefined && /fim-language-server(\.cjs)?$/.test(process.argv[1] ?? "")) {
  const file = join(folder, `${process.pid}.jsonl`);
  const note = (entry) => appendFileSync(file, `${JSON.stringify({ at: Date.now(), ...entry })}\n`);
  note({ dir: "start", message: { pid: process.pid, argv: process.argv.slice(2) } });
  process.on("exit", (code) => note({ dir: "end", message: { code } }));

  const incoming = reader((message) => note({ dir: "in", message }));
  const push = process.stdin.push.bind(process.stdin);
  process.stdin.push = (chunk, encoding) => {
    if (chunk !== null) incoming(Buffer.from(chunk));
    return push(chunk, encoding);
  };
  const outgoing = reader((message) => note({ dir: "out", message }));
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk, ...rest) => {
    outgoing(Buffer.from(chunk, typeof rest[0] === "string" ? rest[0] : "utf8"));
    return write(chunk, ...rest);
  };
}

/** Cuts a byte stream into the base protocol's messages. */
function reader(onMessage) {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const head = pending.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(
        /content-length: *(\d+)/i.exec(pending.toString("latin1", 0, head))?.[1],
      );
      const end = head + 4 + length;
      if (Number.isNaN(length) || pending.length < end) return;
      onMessage(JSON.parse(pending.toString("utf8", head + 4, end)));
      pending = pending.subarray(end);
    }
  };
}
