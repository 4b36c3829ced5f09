/** The least that a language server can do: it answers every request at once, with one item that it knows. */
let received = Buffer.alloc(0);

process.stdin.on("data", (bytes) => {
  received = Buffer.concat([received, bytes]);
  for (;;) {
    const headerEnd = received.indexOf("\r\n\r\n");
    if (headerEnd < 0) return;
    const start = headerEnd + 4;
    const header = received.toString("latin1", 0, headerEnd);
    const end = start + Number(/content-length: *(\d+)/i.exec(header)?.[1]);
    if (received.length < end) return;
    const { id, method } = JSON.parse(received.toString("utf8", start, end));
    received = received.subarray(end);
    if (method === "exit") process.exit(0);
    if (id !== undefined) answer(id);
  }
});

function answer(id) {
  const result = { items: [{ insertText: "compute(left, right);" }] };
  const body = JSON.stringify({ jsonrpc: "2.0", id, result });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
