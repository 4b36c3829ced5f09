/**
 * What clients send of documents, odd and hostile forms included, through the built server. What the server
 * takes the text to be is read off the wire: the prompt that it sends.
 */
import { afterAll, beforeAll, expect, test } from "vitest";

import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient, type StartOptions } from "../support/lsp-client.ts";
import { acceptInlineItem } from "../support/apply-item.ts";

let fim: FimServer;
let client: LspClient;
let count = 0;

beforeAll(async () => {
  fim = await startFimServer();
  // A different middle each time, so that no answer is a known one.
  fim.answer = middle(() => `value${++count};`);
  client = await connect();
});

afterAll(async () => {
  await client.close();
  await fim.close();
});

function connect(options: Partial<StartOptions> = {}): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-tests", FIM_PROVIDER_ENDPOINT: fim.endpoint },
    initializationOptions: { prompt: { maskSecrets: false } },
    ...options,
  });
}

/** The document as the server has it: what it sends around `line` and `character`. */
async function textAt(
  uri: string,
  line: number,
  character: number,
  server: LspClient = client,
): Promise<string> {
  const asked = fim.requests.length;
  await server.request("textDocument/inlineCompletion", {
    textDocument: { uri },
    position: { line, character },
    context: { triggerKind: 1 },
  });
  const json: Readonly<Record<string, unknown>> = fim.requests[asked]?.json ?? {};
  const { prompt = "nothing was asked", suffix = "" } = json as {
    prompt?: string;
    suffix?: string;
  };
  return `${prompt.replace(/^\+\+\+\+\+ .*\n/, "")}‸${suffix}`;
}

function opened(text: unknown, more: Record<string, unknown> = {}): string {
  const uri = `file:///odd-${++count}.ts`;
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text, ...more },
  });
  return uri;
}

function changed(uri: unknown, contentChanges: unknown, version: unknown = 2): void {
  client.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
}

function range(startLine: number, start: number, endLine: number, end: number) {
  return {
    start: { line: startLine, character: start },
    end: { line: endLine, character: end },
  };
}

test("several changes in one notification apply one after the other", async () => {
  const uri = opened("const a = 1;\n");
  changed(uri, [
    { range: range(0, 6, 0, 7), text: "bcd" },
    { range: range(0, 9, 0, 9), text: "e" },
    { range: range(1, 0, 1, 0), text: "x = " },
    { range: range(1, 0, 1, 1), rangeLength: 1, text: "let y" },
  ]);
  expect(await textAt(uri, 1, 8)).toBe("const bcde = 1;\nlet y = ‸");
});

test("a full text, alone and among ranges, replaces everything", async () => {
  const uri = opened("old\n");
  changed(uri, [{ range: range(0, 0, 0, 3), text: "older" }, { text: "new = \n" }]);
  expect(await textAt(uri, 0, 6)).toBe("new = ‸\n");
  changed(uri, [{ text: "newer = \n" }, { range: range(0, 5, 0, 5), text: "er" }]);
  expect(await textAt(uri, 0, 10)).toBe("newerer = ‸\n");
});

test("a null version, a null rangeLength, a null range, a version that jumps or goes back", async () => {
  const uri = opened("a = \n", { version: null });
  changed(uri, [{ range: range(0, 0, 0, 1), rangeLength: null, text: "bb" }], null);
  expect(await textAt(uri, 0, 5)).toBe("bb = ‸\n");
  changed(uri, [{ range: null, text: "ccc = \n" }], 900);
  expect(await textAt(uri, 0, 6)).toBe("ccc = ‸\n");
  changed(uri, [{ range: range(0, 0, 0, 0), text: "d" }], 3);
  expect(await textAt(uri, 0, 7)).toBe("dccc = ‸\n");
});

test("positions beyond a line or the text are clamped, a range told backwards is turned round", async () => {
  const uri = opened("ab\ncd\n");
  changed(uri, [{ range: range(0, 99, 0, 99), text: "!" }]);
  changed(uri, [{ range: range(99, 0, 99, 5), text: "e = " }]);
  changed(uri, [{ range: range(1, 2, 1, 0), text: "xy" }]);
  expect(await textAt(uri, 99, 99)).toBe("ab!\nxy\ne = ‸");
});

test("half an emoji may be replaced, as by a client that compares UTF-16", async () => {
  const uri = opened("s = '😀' + \n");
  changed(uri, [{ range: range(0, 6, 0, 7), text: "\ude01" }]);
  expect(await textAt(uri, 0, 11)).toBe("s = '😁' + ‸\n");
});

test("CRLF, lone CR and the characters that end no line", async () => {
  const uri = opened("a\r\nb\rc\u2028d\u0085e\fe\nf = \r\n");
  changed(uri, [{ range: range(1, 0, 1, 1), text: "B" }]);
  changed(uri, [{ range: range(2, 4, 2, 5), text: "E" }]);
  expect(await textAt(uri, 3, 4)).toBe("a\nB\nc\u2028d\u0085E\fe\nf = ‸\n");
});

test.each([
  ["no text", [{ range: range(0, 0, 0, 1) }]],
  ["a text that is none", [{ text: 7 }]],
  ["a range without end", [{ text: "x", range: { start: { line: 0, character: 0 } } }]],
  ["a range of words", [{ text: "x", range: { start: "0:1", end: "0:2" } }]],
  ["no list of changes", null],
])("a change with %s makes the document wait for its full text", async (_, contentChanges) => {
  const uri = opened("a = \n");
  changed(uri, contentChanges);
  expect(await textAt(uri, 0, 4)).toContain("nothing was asked");
  changed(uri, [{ range: range(0, 0, 0, 0), text: "lost " }], 3);
  expect(await textAt(uri, 0, 4)).toContain("nothing was asked");
  changed(uri, [{ text: "whole = \n" }], 4);
  expect(await textAt(uri, 0, 8)).toBe("whole = ‸\n");
});

test.each([
  ["untitled:Untitled-1", "untitled"],
  ["git:/repo/a.ts?%7B%22ref%22%3A%22HEAD%22%7D", "another scheme"],
  ["file:///with%20blank/%C3%BC.ts", "percent-encoded"],
  ["file:///C:/Users/a/b.ts", "a drive"],
  ["file:///%E0%A4%A", "broken percent-encoding"],
  ["not a uri", "no URI at all"],
  ["", "empty"],
])("a document called %j (%s) is completed", async (uri) => {
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text: `k${++count} = \n` },
  });
  const expected = `k${count} = ‸\n`;
  expect(await textAt(uri, 0, expected.length - 2)).toBe(expected);
  client.notify("textDocument/didClose", { textDocument: { uri } });
});

test("unknown, closed and malformed documents are answered empty or refused, never with a crash", async () => {
  changed("file:///never-opened.ts", [{ range: range(0, 0, 0, 0), text: "x" }]);
  changed(null, [{ text: "x" }]);
  changed(undefined, undefined);
  for (const method of ["didOpen", "didChange", "didClose", "didSave"]) {
    client.notify(`textDocument/${method}`, null);
    client.notify(`textDocument/${method}`, { textDocument: null });
    client.notify(`textDocument/${method}`, [1, 2]);
    client.notify(`textDocument/${method}`);
  }
  const uri = opened("a = \n");
  client.notify("textDocument/didClose", { textDocument: { uri } });
  for (const unknown of [uri, "file:///never-opened.ts"]) {
    expect(await textAt(unknown, 0, 0)).toContain("nothing was asked");
  }
});

test.each([
  ["null", null],
  ["nothing", undefined],
  ["no position", { textDocument: { uri: "file:///a" } }],
  [
    "a position of words",
    { textDocument: { uri: "file:///a" }, position: { line: "1", character: "2" } },
  ],
  ["a null document", { textDocument: null, position: { line: 0, character: 0 } }],
])("a request with %s is refused with InvalidParams", async (_, params) => {
  const server = await connect();
  for (const method of ["textDocument/completion", "textDocument/inlineCompletion"]) {
    expect((await server.send(method, params).answer).error?.code).toBe(-32602);
  }
  server.expectErrors();
  await server.close();
});

test("no context, a null context, null tokens and unknown fields are all the same", async () => {
  for (const more of [
    {},
    { context: null },
    { context: {} },
    { workDoneToken: null, partialResultToken: null, context: { triggerKind: null } },
    { context: { triggerKind: 99, selectedCompletionInfo: null }, formattingOptions: {} },
  ]) {
    const uri = opened(`q${++count} = \n`);
    const position = { line: 0, character: `q${count} = `.length };
    const params = { textDocument: { uri, version: 1 }, position, ...more };
    const ghost = await client.request("textDocument/inlineCompletion", params);
    expect(ghost).toMatchObject({ items: [{ range: { start: position, end: position } }] });
    expect(await client.request("textDocument/completion", params)).toHaveProperty("items");
  }
});

test("notebook cells are documents", async () => {
  const cell = (text: string) => {
    const uri = `vscode-notebook-cell:/book.ipynb#${++count}`;
    return { uri, languageId: "python", version: 1, text };
  };
  const [first, second] = [cell("x = \n"), cell("y = \n")];
  const notebookDocument = { uri: "file:///book.ipynb", version: 1 };
  client.notify("notebookDocument/didOpen", { notebookDocument, cellTextDocuments: [first] });
  client.notify("notebookDocument/didChange", {
    notebookDocument,
    change: {
      cells: {
        structure: { array: {}, didOpen: [second], didClose: null },
        textContent: [
          {
            document: { uri: first.uri, version: 2 },
            changes: [{ range: range(0, 0, 0, 1), text: "xx" }],
          },
        ],
      },
    },
  });
  expect(await textAt(first.uri, 0, 5)).toBe("xx = ‸\n");
  expect(await textAt(second.uri, 0, 4)).toBe("y = ‸\n");
  client.notify("notebookDocument/didClose", {
    notebookDocument,
    cellTextDocuments: [first, second],
  });
  client.notify("notebookDocument/didChange", { notebookDocument, change: null });
  client.notify("notebookDocument/didOpen", null);
  expect(await textAt(first.uri, 0, 5)).toContain("nothing was asked");
});

test("a full text for a document that was not opened opens it, as Vim with ALE saves under another name", async () => {
  const uri = `file:///odd-${++count}.py`;
  changed(uri, [{ text: "total = \n" }], 7);
  expect(await textAt(uri, 0, 8)).toBe("total = ‸\n");
  changed(uri, [{ text: "total = \nrest = \n" }], 8);
  expect(await textAt(uri, 1, 7)).toBe("total = \nrest = ‸\n");
  const other = `file:///odd-${++count}.py`;
  const early = { range: range(0, 0, 0, 1), text: "lost" };
  changed(other, [early, { text: "a = \n" }, { range: range(0, 0, 0, 1), text: "bc" }]);
  expect(await textAt(other, 0, 5)).toBe("bc = ‸\n");
});

test("a part of a text opens nothing, and nothing stands in for what was closed", async () => {
  const uri = opened("a = \n");
  client.notify("textDocument/didClose", { textDocument: { uri } });
  changed(uri, [{ range: range(0, 0, 0, 1), text: "late" }]);
  expect(await textAt(uri, 0, 4)).toContain("nothing was asked");
  changed(uri, [{ text: "new = \n" }]);
  expect(await textAt(uri, 0, 6)).toBe("new = ‸\n");
});

test("reopening a document replaces its text", async () => {
  const uri = opened("first = \n");
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 9, text: "second = \n" },
  });
  expect(await textAt(uri, 0, 9)).toBe("second = ‸\n");
});

test.each(["utf-8", "utf-16", "utf-32"])("edits and cursors counted in %s", async (encoding) => {
  const server = await connect({
    initializeParams: { capabilities: { general: { positionEncodings: [encoding] } } },
  });
  const { capabilities } = server.initializeResult as { capabilities: Record<string, unknown> };
  expect(capabilities["positionEncoding"]).toBe(encoding);
  const units = (text: string): number =>
    ({
      "utf-8": Buffer.byteLength(text),
      "utf-16": text.length,
      "utf-32": Array.from(text).length,
    })[encoding] ?? 0;
  const line = "s = '漢😀e\u0301' + (";
  const uri = `file:///encoded-${++count}.ts`;
  server.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text: `/* 😀 */\n${line})\n` },
  });
  const inside = units("s = '漢😀");
  server.notify("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [
      { range: range(1, inside, 1, units("s = '漢😀e\u0301")), text: "é😁" },
      { range: range(0, units("/* 😀"), 0, units("/* 😀 ")), text: "" },
    ],
  });
  const edited = "s = '漢😀é😁' + (";
  expect(await textAt(uri, 1, units(edited), server)).toBe(`/* 😀*/\n${edited}‸)\n`);

  fim.answerNext(middle("a)"));
  const text = `/* 😀*/\n${edited})\n`;
  server.notify("textDocument/didChange", {
    textDocument: { uri, version: 3 },
    contentChanges: [{ text }],
  });
  await server.request("workspace/executeCommand", { command: "fim.clearCache" });
  const answer = (await server.request("textDocument/inlineCompletion", {
    textDocument: { uri },
    position: { line: 1, character: units(edited) },
    context: { triggerKind: 1 },
  })) as { items: Parameters<typeof acceptInlineItem>[1][] };
  const [item] = answer.items;
  expect(item && acceptInlineItem(text, item, { habit: "raw", units })).toBe(
    `/* 😀*/\n${edited}a)\n`,
  );
  await server.close();
});

test.each(["utf-8", "utf-32"])("the setting may ask for %s among those offered", async (wanted) => {
  const server = await connect({
    initializationOptions: { positionEncoding: wanted },
    initializeParams: {
      capabilities: { general: { positionEncodings: ["utf-16", "utf-8", "utf-32"] } },
    },
  });
  expect(server.initializeResult).toMatchObject({ capabilities: { positionEncoding: wanted } });
  const uri = `file:///wanted-${++count}.ts`;
  const line = `${wanted === "utf-8" ? "k8" : "k32"} = '😀' + `;
  server.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text: `${line}\n` },
  });
  const units = wanted === "utf-8" ? Buffer.byteLength(line) : Array.from(line).length;
  expect(await textAt(uri, 0, units, server)).toBe(`${line}‸\n`);
  await server.close();
});

test("vim-lsp counts code points, although it says nothing", async () => {
  const server = await connect({ profile: "vim-lsp" });
  const uri = `file:///vim-${++count}.ts`;
  server.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text: "s = '😀😀' + \n" },
  });
  expect(await textAt(uri, 0, Array.from("s = '😀😀' + ").length, server)).toBe("s = '😀😀' + ‸\n");
  await server.close();
});
