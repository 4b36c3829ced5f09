import { expect, test } from "vitest";

import { nodeProblem } from "../../server/cli/node-version.ts";
import { parseServerArguments } from "../../server/cli/server-arguments.ts";

const stdio = { kind: "stdio" };

test.each([
  [[], { transport: stdio }],
  [["--stdio"], { transport: stdio }],
  [["--socket=4711"], { transport: { kind: "socket", port: 4711 } }],
  [["--socket", "4711"], { transport: { kind: "socket", port: 4711 } }],
  [["--pipe=/tmp/a=b"], { transport: { kind: "pipe", name: "/tmp/a=b" } }],
  [["--pipe", "\\\\.\\pipe\\x"], { transport: { kind: "pipe", name: "\\\\.\\pipe\\x" } }],
  [["--node-ipc"], { transport: { kind: "ipc" } }],
  [
    ["--log-level=debug", "--log-file", "x.log"],
    { transport: stdio, logLevel: "debug", logFile: "x.log" },
  ],
  [["--config", "c.json", "--stdio"], { transport: stdio, configFile: "c.json" }],
  [["--stdio", "--clientProcessId=123"], { transport: stdio, clientProcessId: 123 }],
])("%j starts the server", (argv, options) => {
  expect(parseServerArguments(argv, false)).toEqual({ kind: "serve", options });
});

test("by hand, without arguments, it tells how it is used; with a transport it serves", () => {
  expect(parseServerArguments([], true)).toEqual({ kind: "help" });
  expect(parseServerArguments(["--stdio"], true)).toMatchObject({ kind: "serve" });
});

test.each([["--version"], ["-v"], ["--stdio --version"]])("%s prints the version", (argv) => {
  expect(parseServerArguments(argv.split(" "), false)).toEqual({ kind: "version" });
});

test.each([["--help"], ["-h"], ["--stdio --help"]])("%s prints the help", (argv) => {
  expect(parseServerArguments(argv.split(" "), false)).toEqual({ kind: "help" });
});

test.each([
  [["--nonsense"], "--nonsense"],
  [["--stdio=yes"], "--stdio=yes"],
  [["--stdio", "file.ts"], "file.ts"],
  [["--socket"], "a port"],
  [["--socket=0"], "a port"],
  [["--socket=65536"], "a port"],
  [["--socket=-1"], "a port"],
  [["--pipe="], "a name"],
  [["--log-level=loud"], "one of off, error, warn, info, debug, trace"],
  [["--log-file"], "a file"],
  [["--config="], "a file"],
  [["--clientProcessId=me"], "a process id"],
  [["--constructor"], "--constructor"],
])("%j is refused on one line", (argv, told) => {
  const parsed = parseServerArguments(argv, false);
  expect(parsed).toMatchObject({ kind: "invalid", message: expect.stringContaining(told) });
  expect(parsed).not.toHaveProperty("message", expect.stringContaining("\n"));
});

test.each([
  ["20.19.0", true],
  ["20.20.2", true],
  ["22.1.0", true],
  ["26.0.0-nightly", true],
  ["20.18.9", false],
  ["18.20.0", false],
  ["14.21.3", false],
])("Node.js %s is new enough: %s", (version, isEnough) => {
  expect(nodeProblem(version) === undefined).toBe(isEnough);
});
