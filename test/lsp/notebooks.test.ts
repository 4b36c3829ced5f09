/**
 * Notebooks as VS Code sends them, through the built server: a cell is completed with the cells of its language
 * above it in the prompt, and the answer counts in the cell.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";
import type { InlineCompletionItem } from "vscode-languageserver/node";

import { acceptInlineItem } from "../support/apply-item.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let fim: FimServer;
let client: LspClient;
let answers = 0;

beforeAll(async () => {
  fim = await startFimServer();
  fim.answer = middle(() => `value${++answers}`);
  client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-tests", FIM_PROVIDER_ENDPOINT: fim.endpoint },
    initializeParams: { capabilities: { notebookDocument: { synchronization: {} } } },
  });
});

afterAll(async () => {
  await client.close();
  await fim.close();
});

interface Cell {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

let books = 0;

/** Opens a notebook in the form of VS Code; each cell is its text, code of Python by default. */
function open(...cells: readonly (string | Pick<Cell, "languageId" | "text">)[]) {
  const name = `book${++books}.ipynb`;
  const toCell = (given: (typeof cells)[number], index: number): Cell => ({
    uri: `vscode-notebook-cell:/project/${name}#W${index}sZmlsZQ%3D%3D`,
    version: 1,
    ...(typeof given === "string" ? { languageId: "python", text: given } : given),
  });
  const documents = cells.map(toCell);
  const notebookDocument = { uri: `file:///project/${name}`, version: 1 };
  client.notify("notebookDocument/didOpen", {
    notebookDocument: {
      ...notebookDocument,
      notebookType: "jupyter-notebook",
      metadata: { kernelspec: { name: "python3" } },
      cells: documents.map((document) => inNotebook(document)),
    },
    cellTextDocuments: documents,
  });
  const change = (changed: unknown): void =>
    client.notify("notebookDocument/didChange", {
      notebookDocument,
      change: { cells: changed },
    });
  return { name, notebookDocument, documents, toCell, change };
}

function inNotebook({ uri, languageId }: Cell) {
  const kind = languageId === "markdown" ? 1 : 2;
  return { kind, document: uri, metadata: { cell_type: "code" }, executionSummary: undefined };
}

/** At the end of the cell's first line. */
async function ask(cell: Cell | undefined, text = cell?.text ?? "") {
  const asked = fim.requests.length;
  const character = text.split(/\r?\n/, 1)[0]?.length ?? 0;
  const answer = (await client.request("textDocument/inlineCompletion", {
    textDocument: { uri: cell?.uri },
    position: { line: 0, character },
    context: { triggerKind: 1 },
  })) as { readonly items: readonly InlineCompletionItem[] };
  const { prompt, suffix } = (fim.requests[asked]?.json ?? {}) as Record<string, string>;
  const [item] = answer.items;
  return {
    prompt: prompt ?? "nothing was asked",
    suffix,
    accepted: item === undefined ? "nothing" : acceptInlineItem(text, item),
  };
}

test("the cells above are the beginning of the prompt, the answer stands in the cell", async () => {
  const { documents } = open("import pandas", "frame = 1\n\n", "print(\n", "after = 1");
  const { prompt, suffix, accepted } = await ask(documents[2]);
  expect(prompt).toBe("+++++ book1.py\nimport pandas\n\nframe = 1\n\nprint(");
  expect(suffix).toBe("\n");
  expect(accepted).toBe(`print(value${answers}\n`);
});

test("the first cell has nothing above, a cell of another language is no part of it", async () => {
  const { name, documents } = open(
    "a = ",
    { languageId: "markdown", text: "# Title" },
    { languageId: "sql", text: "select 1" },
    "b = ",
  );
  const header = `+++++ ${name.replace("ipynb", "py")}\n`;
  expect((await ask(documents[0])).prompt).toBe(`${header}a = `);
  expect((await ask(documents[3])).prompt).toBe(`${header}a =\n\nb = `);
  expect((await ask(documents[1])).prompt).toBe(`${header.replace(".py", ".md")}# Title`);
});

test("CRLF in a cell, and a cell that is empty, below others", async () => {
  const { documents } = open("one = 1\r\ntwo = 2\r\n", "three = \r\nfour = 4\r\n", "");
  const middleCell = await ask(documents[1]);
  expect(middleCell.prompt).toMatch(/one = 1\ntwo = 2\n\nthree = $/);
  expect(middleCell.accepted).toBe(`three = value${answers}\r\nfour = 4\r\n`);
  const empty = await ask(documents[2]);
  expect(empty.prompt).toMatch(/two = 2\n\nthree =\s*\nfour = 4\n\n$/);
  expect(empty.accepted).toBe(`value${answers}`);
});

test("keys in a cell and in one above count", async () => {
  const { documents, change } = open("alpha = 1", "beta = ");
  const end = { line: 0, character: 9 };
  change({
    textContent: [
      {
        document: { uri: documents[0]?.uri, version: 2 },
        changes: [{ range: { start: end, end }, rangeLength: 0, text: "00" }],
      },
    ],
  });
  expect((await ask(documents[1])).prompt).toMatch(/alpha = 100\n\nbeta = $/);
});

test("a cell that is put in between, moved away or taken out", async () => {
  const { documents, toCell, change } = open("first = 1", "second = 2", "last = ");
  const [first, second, last] = documents;
  const added = { ...toCell("added = 3", 9) };
  change({
    structure: {
      array: { start: 1, deleteCount: 0, cells: [inNotebook(added)] },
      didOpen: [added],
      didClose: [],
    },
  });
  expect((await ask(last)).prompt).toMatch(/first = 1\n\nadded = 3\n\nsecond = 2\n\nlast = $/);
  // Moved down: VS Code tells of the stretch between as one that is replaced.
  if (first === undefined || second === undefined || last === undefined) throw new Error("none");
  change({
    structure: {
      array: {
        start: 0,
        deleteCount: 4,
        cells: [added, second, last, first].map((cell) => inNotebook(cell)),
      },
      didOpen: [],
      didClose: [],
    },
  });
  client.notify("textDocument/didChange", {
    textDocument: { uri: last.uri, version: 2 },
    contentChanges: [{ text: "later = " }],
  });
  expect((await ask(last, "later = ")).prompt).toMatch(/py\nadded = 3\n\nsecond = 2\n\nlater = $/);
  change({
    structure: {
      array: { start: 0, deleteCount: 1, cells: [] },
      didOpen: [],
      didClose: [{ uri: added.uri }],
    },
  });
  client.notify("textDocument/didChange", {
    textDocument: { uri: last.uri, version: 3 },
    contentChanges: [{ text: "latest = " }],
  });
  expect((await ask(last, "latest = ")).prompt).toMatch(/py\nsecond = 2\n\nlatest = $/);
});

test("a secret in a cell above is masked", async () => {
  const { documents } = open('api_key = "sk-live-4f9aQ7rT2mXw8Zc1Vb6N"', "use(");
  const { prompt } = await ask(documents[1]);
  expect(prompt).toContain("api_key = ");
  expect(prompt).not.toContain("4f9aQ7rT2mXw8Zc1Vb6N");
});

test("many cells: the nearest ones are sent, within the budget", async () => {
  const many = Array.from({ length: 300 }, (_, at) => `name${at} = compute(${at}, "é😀")`);
  const { documents } = open(...many, "last = ");
  const { prompt, accepted } = await ask(documents.at(-1));
  expect(prompt).toMatch(/name299 = compute\(299, "é😀"\)\n\nlast = $/);
  expect(prompt).not.toContain("name0 =");
  expect(prompt.length).toBeLessThan(12_000);
  expect(accepted).toBe(`last = value${answers}`);
});

test("an excluded notebook is not sent, nor is a cell that another file brings", async () => {
  const folder = temporaryFolder("fim-notebooks-");
  writeFileSync(join(folder, ".fimignore"), "secret.ipynb\n");
  const server = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-tests", FIM_PROVIDER_ENDPOINT: fim.endpoint },
    initializeParams: {
      capabilities: { notebookDocument: { synchronization: {} } },
      workspaceFolders: [{ uri: `file://${folder}`, name: "project" }],
    },
  });
  const cellOf = (file: string, at: number, text: string) => ({
    uri: `vscode-notebook-cell:${folder}/${file}#W${at}`,
    languageId: "python",
    version: 1,
    text,
  });
  const hidden = cellOf("secret.ipynb", 0, "hidden = ");
  const shown = cellOf("open.ipynb", 1, "shown = ");
  server.notify("notebookDocument/didOpen", {
    notebookDocument: {
      uri: `file://${folder}/open.ipynb`,
      version: 1,
      cells: [hidden, shown].map((cell) => inNotebook(cell)),
    },
    cellTextDocuments: [hidden, shown],
  });
  const asked = fim.requests.length;
  for (const { uri, text } of [hidden, shown]) {
    await server.request("textDocument/inlineCompletion", {
      textDocument: { uri },
      position: { line: 0, character: text.length },
      context: { triggerKind: 1 },
    });
  }
  const prompts = fim.requests.slice(asked).map(({ json }) => JSON.stringify(json));
  expect(prompts).toHaveLength(1);
  expect(prompts[0]).toContain("shown = ");
  expect(prompts[0]).not.toContain("hidden");
  await server.close();
});

test("a notebook without an order, a broken one and a closed one are completed cell by cell", async () => {
  const { notebookDocument, documents, change } = open("one = 1", "two = ");
  change({ structure: { array: { start: "0" }, didOpen: null, didClose: null } });
  expect((await ask(documents[1])).prompt).toMatch(/ipynb\ntwo = $/);
  client.notify("notebookDocument/didClose", { notebookDocument, cellTextDocuments: documents });
  expect((await ask(documents[1])).prompt).toBe("nothing was asked");
});
