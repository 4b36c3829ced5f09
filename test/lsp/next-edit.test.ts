/** The next edit as clients see it: the document after it was taken, and after it was undone. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, describe, expect, test, vi } from "vitest";

import { EditingClient } from "../support/editing-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const uri = "file:///workspace/load.ts";
const loads = [
  "const a = load(x);",
  "clear();",
  "const b = load(y);",
  "const c = load(z);",
  "const d = load(w);",
];

let editor: EditingClient;

afterEach(async () => {
  await editor.client.close();
});

/** The same change on two lines, all in one each. */
function changeTwo(document = uri, first = 0): void {
  editor.replace(document, first, "load", "await load");
  editor.replace(document, first + 2, "load", "await load");
}

async function changedTwice(options: Parameters<typeof EditingClient.start>[0] = {}) {
  editor = await EditingClient.start(options);
  editor.open(uri, loads);
  changeTwo();
}

const resolving = {
  initializeParams: {
    capabilities: {
      textDocument: { codeAction: { resolveSupport: { properties: ["edit"] } } },
      window: { showDocument: { support: true } },
    },
  },
};

describe("code actions", () => {
  test("offer the third after the same argument was added twice", async () => {
    editor = await EditingClient.start();
    editor.open(uri, ["draw(canvas, 1);", "clear();", "draw(canvas, 2);", "draw(canvas, 3);"]);
    editor.type(uri, 0, ");", ", style);");
    editor.type(uri, 2, ");", ", style);");
    await editor.choose((await editor.actions(uri, 2))[0]!);
    expect(editor.lines(uri)[3]).toBe("draw(canvas, 3, style);");
  });

  test("repeat the edit at the next place, and one undo takes it back", async () => {
    await changedTwice();
    const [next] = await editor.actions(uri, 2);
    expect(next?.title).toBe("Repeat the edit at the next place (line 4)");
    const before = editor.text(uri);
    await editor.choose(next!);
    expect(editor.lines(uri)[3]).toBe("const c = await load(z);");
    editor.undo(uri);
    expect(editor.text(uri)).toBe(before);
  });

  test("repeat the edit at all places with one undo, resolved when it is chosen", async () => {
    await changedTwice(resolving);
    const actions = await editor.actions(uri, 2);
    const all = actions.find(({ title }) => title === "Repeat the edit at 2 more places");
    expect(all?.edit).toBeUndefined();
    const before = editor.text(uri);
    await editor.choose(all!);
    expect(editor.lines(uri).filter((line) => line.includes("await"))).toHaveLength(4);
    await vi.waitFor(() =>
      expect(editor.client.serverRequests).toContainEqual({
        method: "window/showDocument",
        params: {
          uri,
          takeFocus: true,
          selection: { start: { line: 3, character: 10 }, end: { line: 3, character: 16 } },
        },
      }),
    );
    editor.undo(uri);
    expect(editor.text(uri)).toBe(before);
  });

  test("carry the edit where the client does not resolve", async () => {
    await changedTwice();
    const actions = await editor.actions(uri, 2);
    expect(actions.every(({ edit }) => edit !== undefined)).toBe(true);
  });

  test.each([["quickfix"], ["refactor.extract"], ["refactor.rewrite.other"]])(
    "are none where only %s is wanted",
    async (only) => {
      await changedTwice();
      expect(await editor.actions(uri, 2, { only: [only] })).toEqual([]);
    },
  );

  test.each([["refactor.rewrite"], ["refactor"], [""]])(
    "are there where %s is wanted",
    async (only) => {
      await changedTwice();
      expect(await editor.actions(uri, 2, { only: [only] })).not.toEqual([]);
    },
  );

  test("make no light bulb where the cursor only passes", async () => {
    await changedTwice();
    expect(await editor.actions(uri, 1, { triggerKind: 2 })).toEqual([]);
  });

  test("change two places on one line each by an edit of its own", async () => {
    editor = await EditingClient.start();
    editor.open(uri, ["total(price);", "sum(price);", "both(price, other(1 + 2), price);"]);
    editor.replace(uri, 0, "price", "amount");
    editor.replace(uri, 1, "price", "amount");
    const [next] = await editor.actions(uri, 1);
    const [change] = next?.edit?.documentChanges ?? [];
    expect(change && "edits" in change ? change.edits : []).toHaveLength(2);
    await editor.choose(next!);
    expect(editor.lines(uri)[2]).toBe("both(amount, other(1 + 2), amount);");
    editor.undo(uri);
    expect(editor.lines(uri)[2]).toBe("both(price, other(1 + 2), price);");
  });

  test("end before the carriage return, and add lines with one", async () => {
    editor = await EditingClient.start();
    editor.open(uri, loads, "typescript", "\r\n");
    changeTwo();
    await editor.choose((await editor.actions(uri, 2))[0]!);
    expect(editor.text(uri)).toBe(
      "const a = await load(x);\r\nclear();\r\nconst b = await load(y);\r\nconst c = await load(z);\r\nconst d = load(w);",
    );
  });

  test("count bytes for a client that does", async () => {
    const general = { positionEncodings: ["utf-8"] };
    editor = await EditingClient.start(
      { initializeParams: { capabilities: { general } } },
      "utf-8",
    );
    editor.open(
      uri,
      loads.map((line) => `/* ßß🚀 */ ${line}`),
    );
    changeTwo();
    await editor.choose((await editor.actions(uri, 2))[0]!);
    expect(editor.lines(uri)[3]).toBe("/* ßß🚀 */ const c = await load(z);");
  });

  test("know a change that was typed letter by letter as one", async () => {
    editor = await EditingClient.start();
    editor.open(uri, ["foo(1);", "bar();", "foo(2);", "foo(3);"]);
    editor.type(uri, 0, "foo", "foobar");
    editor.type(uri, 2, "foo", "foobar");
    const { nextEdit } = (await editor.client.request("workspace/executeCommand", {
      command: "fim.status",
    })) as { nextEdit: { rules: number } };
    expect(nextEdit.rules).toBe(0);
    await editor.choose((await editor.actions(uri, 2))[0]!);
    expect(editor.lines(uri)[3]).toBe("foobar(3);");
    const after = (await editor.client.request("workspace/executeCommand", {
      command: "fim.status",
    })) as { nextEdit: { rules: number } };
    expect(after.nextEdit.rules).toBe(1);
  });

  test("take an edit for unfinished when it goes on after it was asked about", async () => {
    editor = await EditingClient.start();
    editor.open(uri, ["foo(1);", "bar();", "foo(2);", "foo(3);"]);
    editor.replace(uri, 0, "foo", "fooba");
    await editor.actions(uri, 0);
    editor.replace(uri, 0, "fooba", "foobar");
    editor.replace(uri, 2, "foo", "foobar");
    await editor.choose((await editor.actions(uri, 2))[0]!);
    expect(editor.lines(uri)[3]).toBe("foobar(3);");
  });

  test("are none after another server's rename", async () => {
    editor = await EditingClient.start();
    editor.open(uri, ["foo(1);", "bar();", "foo(2);", "bar();", "// foo", "let foo;"]);
    editor.replaceAll(uri, "foo(", "food(");
    expect(await editor.actions(uri, 2)).toEqual([]);
  });

  test("are none in a file that is never sent", async () => {
    const settings = { "files.exclude": ["secret.ts"] };
    editor = await EditingClient.start({ initializationOptions: settings });
    const secret = "file:///workspace/secret.ts";
    editor.open(secret, loads);
    editor.open(uri, loads.slice(0, 3));
    changeTwo();
    const actions = await editor.actions(uri, 2);
    expect(JSON.stringify(actions)).not.toContain("secret");
    changeTwo(secret);
    expect(await editor.actions(secret, 2)).toEqual([]);
    expect(editor.client.logs.filter(({ message }) => message.includes("secret.ts"))).toEqual([]);
  });

  test("are none in a generated file", async () => {
    editor = await EditingClient.start();
    editor.open(uri, ["// Code generated by a tool. DO NOT EDIT.", ...loads]);
    changeTwo(uri, 1);
    expect(await editor.actions(uri, 3)).toEqual([]);
  });

  test("are none when switched off", async () => {
    editor = await EditingClient.start({ initializationOptions: { "nextEdit.enabled": false } });
    editor.open(uri, loads);
    changeTwo();
    expect(await editor.actions(uri, 2)).toEqual([]);
    expect(editor.client.initializeResult["capabilities"]).not.toHaveProperty("codeActionProvider");
  });
});

describe("other files", () => {
  async function withFile(settings: object) {
    const folder = temporaryFolder("next-edit-");
    mkdirSync(join(folder, "src"), { recursive: true });
    writeFileSync(
      join(folder, "src/use.ts"),
      "import { loadConfig } from './lib';\nloadConfig();\n",
    );
    const rootUri = pathToFileURL(folder).href;
    editor = await EditingClient.start({
      initializationOptions: settings,
      initializeParams: {
        rootUri,
        capabilities: { window: { workDoneProgress: false } },
      },
    });
    const lib = `${rootUri}/src/lib.ts`;
    editor.open(lib, ["export function loadConfig() {}", "loadConfig();", "loadConfig();"]);
    for (const line of [0, 1, 2]) editor.replace(lib, line, "loadConfig", "readConfig");
    // The index is built in the background: ask until the file is known, which the test's time bounds.
    for (;;) {
      const status = (await editor.client.request("workspace/executeCommand", {
        command: "fim.status",
      })) as { workspaceModel?: { files: number; isIndexing: boolean } };
      if (status.workspaceModel?.files === 1 && !status.workspaceModel.isIndexing) break;
    }
    editor.client.takeMessages();
    return { lib, use: `${rootUri}/src/use.ts` };
  }

  test("come under a title of their own", async () => {
    const { lib, use } = await withFile({});
    const actions = await editor.actions(lib, 2);
    const files = actions.find(({ title }) => title.includes("file"));
    expect(files?.title).toBe("Repeat the edit at 1 place in 1 file");
    const [change] = files?.edit?.documentChanges ?? [];
    expect(change && "textDocument" in change && change.textDocument).toEqual({
      uri: use,
      version: null,
    });
  });

  test("are left alone when that is set", async () => {
    const { lib } = await withFile({ "nextEdit.otherFiles": "never" });
    const actions = await editor.actions(lib, 2);
    expect(actions.filter(({ title }) => title.includes("file"))).toEqual([]);
  });
});

describe("ghost text on the line where the edit is due", () => {
  const neovim = { profile: "neovim-0.12" };

  async function items(line: number, character: number) {
    const place = { textDocument: { uri }, position: { line, character } };
    const { items: found } = (await editor.client.inline(place, { triggerKind: 2 })) as {
      items: readonly { insertText: string; range: unknown; command: { arguments: string[] } }[];
    };
    return found;
  }

  test("replaces the rest of the line, so that it is painted as it will be", async () => {
    await changedTwice(neovim);
    const [item] = await items(3, 0);
    expect(item).toMatchObject({
      insertText: "const c = await load(z);",
      range: { start: { line: 3, character: 0 }, end: { line: 3, character: 18 } },
    });
    expect(item?.command.arguments[0]).toMatch(/^ne-\d+$/);
  });

  test("is not shown where the cursor stands behind the change", async () => {
    await changedTwice(neovim);
    expect((await items(3, 18)).filter((item) => item.insertText.includes("await"))).toEqual([]);
  });

  test("is not shown when that is switched off", async () => {
    await changedTwice({ ...neovim, initializationOptions: { "nextEdit.show": "off" } });
    expect((await items(3, 0)).filter((item) => item.insertText.includes("await"))).toEqual([]);
  });
});

describe("textDocument/copilotInlineEdit", () => {
  function ask(version: number, line: number) {
    return editor.client.request("textDocument/copilotInlineEdit", {
      textDocument: { uri, version },
      position: { line, character: 0 },
      context: { triggerKind: 2 },
    }) as Promise<{ edits: readonly Record<string, unknown>[] }>;
  }

  test("gives one edit at a time, walked through by accepting", async () => {
    await changedTwice();
    for (const line of [3, 4]) {
      const { edits } = await ask(editor.version(uri), line - 1);
      expect(edits).toHaveLength(1);
      const [edit] = edits;
      editor.client.notify("textDocument/didShowInlineEdit", {
        item: { command: edit?.["command"] },
      });
      editor.applyEdit({
        documentChanges: [
          {
            textDocument: edit?.["textDocument"] as { uri: string; version: number },
            edits: [{ range: edit?.["range"], newText: edit?.["text"] } as never],
          },
        ],
      });
      await editor.client.request("workspace/executeCommand", edit?.["command"]);
      editor.client.notify("textDocument/didFocus", { textDocument: { uri } });
      expect(editor.lines(uri)[line]).toContain("await load");
    }
    expect(await ask(editor.version(uri), 4)).toEqual({ edits: [] });
  });

  test("gives nothing for a version that is not ours", async () => {
    await changedTwice();
    expect(await ask(editor.version(uri) - 1, 2)).toEqual({ edits: [] });
  });
});

describe("commands", () => {
  const run = (command: string, ...given: unknown[]) =>
    editor.client.request("workspace/executeCommand", { command, arguments: given });

  test("go to the next place, and say so when there is none", async () => {
    await changedTwice(resolving);
    expect(await run("fim.nextEdit", uri, { line: 2, character: 0 })).toMatchObject({
      uri,
      range: { start: { line: 3, character: 10 }, end: { line: 3, character: 10 } },
      newText: "await ",
    });
    editor.open(uri, ["nothing"]);
    expect(await run("fim.nextEdit")).toBeNull();
    expect(editor.client.takeMessages().map(({ message }) => message)).toEqual([
      "No next place for the last edit.",
    ]);
  });

  test("refuse a place, which is then not offered again", async () => {
    await changedTwice();
    const { id } = (await run("fim.nextEdit", uri, { line: 2, character: 0 })) as { id: string };
    await run("fim.nextEdit.refuse", id);
    const titles = (await editor.actions(uri, 2)).map(({ title }) => title);
    expect(titles).not.toContain("Repeat the edit at the next place (line 4)");
  });
});
