/**
 * A client in a process of its own, so that it can be killed: starts the server over a transport, brings it into a
 * state, and says so in lines of JSON on stdout. Its orders are the JSON of its argument (`ClientOrders`).
 */
const { fork, spawn } = require("node:child_process");
const { createServer } = require("node:net");

const orders = JSON.parse(process.argv[2]);
const { serverFile, transport, environment, initializationOptions, folder, state } = orders;
const env = { ...process.env, ...environment };
let nextId = 1;
let send;
let unread = Buffer.alloc(0);
/** Stops reading answers. */
let pause = () => {};

function start() {
  switch (transport) {
    case "stdio": {
      const child = spawn(process.execPath, [serverFile, "--stdio"], {
        env,
        stdio: ["pipe", "pipe", "ignore"],
      });
      watch(child);
      hold([child.stdin, child.stdout]);
      talk(child.stdout, child.stdin);
      return;
    }
    case "ipc": {
      const child = fork(serverFile, ["--node-ipc"], { env, stdio: "ignore" });
      watch(child);
      child.on("message", receive);
      send = (message) => child.send(message);
      pause = () => child.removeListener("message", receive);
      serve();
      return;
    }
    case "socket":
    case "pipe": {
      const listener = createServer((socket) => {
        listener.close();
        hold([socket, "ignore"]);
        talk(socket, socket);
      });
      const named = transport === "pipe" ? orders.pipeName : 0;
      listener.listen(named, ...(transport === "socket" ? ["127.0.0.1"] : []), () => {
        const to = transport === "pipe" ? `--pipe=${named}` : `--socket=${listener.address().port}`;
        watch(spawn(process.execPath, [serverFile, to], { env, stdio: "ignore" }));
      });
    }
  }
}

function watch(child) {
  tell({ serverId: child.pid });
  child.on("exit", (code, signal) => tell({ code, signal }));
}

/** Another process that inherited the streams keeps them open when this one is gone. */
function hold(stdio) {
  if (orders.isHeld)
    tell({ holderId: spawn("sleep", ["30"], { stdio: [...stdio, "ignore"] }).pid });
}

function talk(input, output) {
  output.on("error", () => {});
  send = (message) => {
    const body = JSON.stringify(message);
    output.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  pause = () => input.pause();
  input.on("data", (bytes) => {
    unread = Buffer.concat([unread, bytes]);
    for (;;) {
      const end = unread.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(unread.toString("latin1", 0, end))?.[1]);
      if (end < 0 || unread.length < end + 4 + length) return;
      const body = unread.subarray(end + 4, end + 4 + length);
      unread = unread.subarray(end + 4 + length);
      receive(JSON.parse(body));
    }
  });
  // Whoever hands a stream on stops reading it.
  input.resume();
  serve();
}

function serve() {
  const workspaceFolders = folder === undefined ? null : [{ uri: `file://${folder}`, name: "w" }];
  const params = {
    processId: process.pid,
    capabilities: {},
    initializationOptions,
    workspaceFolders,
  };
  request("initialize", params, () => {
    notify("initialized", {});
    bringInto[state]();
  });
}

const bringInto = {
  idle: () => status(() => tell({ isReady: true })),
  streaming() {
    const textDocument = {
      uri: "file:///ending.ts",
      languageId: "typescript",
      version: 1,
      text: "const a = \n",
    };
    notify("textDocument/didOpen", { textDocument });
    const position = { line: 0, character: 10 };
    request("textDocument/inlineCompletion", {
      textDocument,
      position,
      context: { triggerKind: 1 },
    });
    status(() => tell({ isReady: true }));
  },
  indexing() {
    status(({ workspaceModel }) => {
      if (workspaceModel?.isIndexing === true) tell({ isReady: true });
      else bringInto.indexing();
    });
  },
  /** The command tells by itself when it runs. */
  keyCommand: () => tell({ isReady: true }),
  unread() {
    status(() => {
      pause();
      for (let times = 0; times < 3000; times++) status(() => {});
      setTimeout(() => tell({ isReady: true }), 300);
    });
  },
};

const waiting = new Map();

function request(method, params, onResult = () => {}) {
  waiting.set(nextId, onResult);
  send({ jsonrpc: "2.0", id: nextId++, method, params });
}

function notify(method, params) {
  send({ jsonrpc: "2.0", method, params });
}

function status(onResult) {
  request("workspace/executeCommand", { command: "fim.status" }, onResult);
}

function receive({ id, method, result }) {
  if (method !== undefined) return;
  waiting.get(id)?.(result);
  waiting.delete(id);
}

function tell(fact) {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

start();
