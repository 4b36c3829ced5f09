/** Excerpts of other documents: found when idle, kept while one types, never from an excluded file. */
import { describe, expect, test } from "vitest";
import { completionSite } from "../../server/engine/site.ts";
import { toOffset } from "../../server/engine/document.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import { fullAccess } from "../../server/files/ignore/file-access.ts";
import { createNeighbors } from "../../server/session/context/neighbors.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createHarness } from "./harness.ts";

const folder = "file:///workspace/";
const uriOf = (name: string) => (name.includes(":") ? name : folder + name);
const noAccess = { ...fullAccess, maySend: false, mayLearn: false, mayQuote: false };

type Desktop = ReturnType<typeof createDesktop>;

function createDesktop() {
  const excluded = new Set<string>();
  const isExcluded = (uri: string) => excluded.has(uri.slice(folder.length));
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const neighbors = createNeighbors({
    clock,
    documents,
    access: { of: (uri) => (isExcluded(uri) ? noAccess : fullAccess) },
    toPath: (uri) => uri.slice(folder.length),
  });
  const ask = (name: string, offset?: number) => {
    const document = documents.get(uriOf(name));
    if (document === undefined) throw new Error(`not open: ${name}`);
    const { text } = document;
    return neighbors.snippetsFor(completionSite(document, toOffset(text, offset ?? text.length)));
  };
  return {
    clock,
    documents,
    neighbors,
    excluded,
    ask,
    open: (name: string, text: string, languageId = "typescript") => {
      documents.open({ uri: uriOf(name), languageId, version: 1, text });
    },
    type: (name: string, at: number, text: string) => {
      const toRange = () => ({ start: at, end: at });
      documents.change(uriOf(name), 2, [{ text, toRange }]);
    },
    close: (name: string) => documents.close(uriOf(name)),
    replace: (name: string, text: string) => documents.change(uriOf(name), 2, [{ text }]),
    remove: (name: string, text: string) => {
      const start = documents.get(uriOf(name))?.text.slice(0).indexOf(text) ?? -1;
      const toRange = () => ({ start, end: start + text.length });
      documents.change(uriOf(name), 2, [{ text: "", toRange }]);
    },
    async askIdle(name: string, offset?: number) {
      ask(name, offset);
      await clock.advance(1000);
      return ask(name, offset);
    },
  };
}

/** Lines that two files share, and what follows them in one of them. */
const shared = Array.from(
  { length: 56 },
  (_, index) => `const reader${index} = openReader(source${index}, position${index});`,
).join("\n");

describe("sources", () => {
  test("lines that were edited in another file", async () => {
    const documentState = createDesktop();
    const text = "class Cart {\n  items = [];\n  total() {\n    return 0;\n  }\n}\n";
    documentState.open("cart.ts", text);
    documentState.open("main.ts", "const cart = new Cart();\n");
    documentState.type("cart.ts", text.indexOf("return 0"), "// with discount\n    ");
    const snippets = await documentState.askIdle("main.ts");
    expect(snippets).toHaveLength(1);
    expect(snippets[0]).toMatchObject({ path: "cart.ts", origin: "recentEdit" });
    expect(snippets[0]?.text).toContain("  total() {\n    // with discount\n    return 0;");
  });

  test("what follows similar text in another file", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", `${shared}\nconst answer = combine(reader0, reader1);\n`);
    documentState.open("new.ts", `${shared}\n`);
    const snippets = await documentState.askIdle("new.ts");
    const similar = snippets.filter(({ origin }) => origin === "similar");
    expect(similar).toHaveLength(1);
    expect(similar[0]?.score).toBeGreaterThan(0.9);
    expect(similar[0]?.text).toContain("const answer = combine(reader0, reader1);");
  });

  test("the definition of what is imported and used near the cursor", async () => {
    const documentState = createDesktop();
    documentState.open(
      "geometry.ts",
      "const hidden = 1;\n\nexport function area(width: number, height: number) {\n  return width * height;\n}\n\nexport function volume() {}\n",
    );
    documentState.open(
      "main.ts",
      'import { area, volume } from "./geometry.ts";\n\nconst size = area(',
    );
    const snippets = await documentState.askIdle("main.ts");
    expect(snippets).toEqual([
      {
        path: "geometry.ts",
        origin: "definition",
        score: 0.98,
        text: "export function area(width: number, height: number) {\n  return width * height;\n}",
      },
    ]);
  });

  test("a document of another kind of language is not compared", async () => {
    const documentState = createDesktop();
    documentState.open("old.py", `${shared}\nanswer = 42\n`, "python");
    documentState.open("new.ts", `${shared}\n`);
    expect(await documentState.askIdle("new.ts")).toEqual([]);
  });
});

describe("text that the user threw away", () => {
  const draft = `const draft = "never meant to be seen";`;

  /** `new.ts` has excerpts of `other`, which was edited; then `leave` is done with it. */
  async function excerptsAfter(other: string, leave: (desktop: Desktop) => void) {
    const desktop = createDesktop();
    const text = `${shared}\n`;
    desktop.open(other, text);
    desktop.open("kept.ts", `${shared}\nconst kept = 1;\n`);
    desktop.open("new.ts", 'import { draft } from "./old.ts";\n' + text + "use(draft);\n");
    desktop.type(other, text.length, `${draft}\n`);
    const before = await desktop.askIdle("new.ts");
    expect(JSON.stringify(before)).toContain("never meant");
    leave(desktop);
    const atOnce = desktop.ask("new.ts");
    return [...atOnce, ...(await desktop.askIdle("new.ts"))];
  }

  const leavings: readonly (readonly [string, string, (desktop: Desktop) => void])[] = [
    ["closed without saving", "old.ts", ({ close }) => close("old.ts")],
    [
      "closed without ever having a file",
      "untitled:Untitled-1",
      ({ close }) => {
        close("untitled:Untitled-1");
      },
    ],
    [
      "renamed",
      "old.ts",
      ({ close, open }) => {
        close("old.ts");
        open("renamed.ts", `${shared}\n`);
      },
    ],
    [
      "opened again as the other branch has it",
      "old.ts",
      ({ open }) => {
        open("old.ts", `${shared}\nconst branch = 2;\n`);
      },
    ],
    [
      "closed and opened again",
      "old.ts",
      ({ close, open }) => {
        close("old.ts");
        open("old.ts", `${shared}\n`);
      },
    ],
    ["reverted", "old.ts", ({ replace }) => replace("old.ts", `${shared}\n`)],
    ["undone", "old.ts", ({ remove }) => remove("old.ts", `${draft}\n`)],
  ];

  test.each(leavings)("is not sent after the document was %s", async (_, other, leave) => {
    const snippets = await excerptsAfter(other, leave);
    expect(JSON.stringify(snippets)).not.toContain("never meant");
    expect(snippets.map(({ text }) => text).join()).toContain("const kept = 1;");
  });

  test("what stands is sent on while its document is edited elsewhere, saved or closed beside it", async () => {
    const snippets = await excerptsAfter("old.ts", ({ type, close }) => {
      type("old.ts", 0, "// a new first line\n");
      close("kept.ts");
    });
    expect(JSON.stringify(snippets)).toContain("never meant");
    expect(JSON.stringify(snippets)).not.toContain("kept");
  });
});

describe("in a prompt", () => {
  test("what was edited in another file stands before the file itself", async () => {
    const harness = await createHarness({
      text: "const cart = new Cart();\n\nconst total = ‸\n",
      answer: () => "cart.total();",
    });
    const other = harness.open("file:///workspace/cart.ts", "class Cart {\n‸\n}\n");
    other.type("  total() {\n    return this.items.length;\n  }");
    await harness.clock.until(harness.editor.ask());
    await harness.clock.advance(2000);
    harness.editor.type("(");
    await harness.clock.until(harness.editor.ask({ trigger: "invoked" }));
    const prompts = harness.provider.seen.map(({ request: { prompt } }) => {
      return prompt.kind === "native" ? prompt.prompt : "";
    });
    expect(prompts[0]).not.toContain("cart.ts");
    expect(prompts.at(-1)).toContain("+++++ cart.ts\nclass Cart {\n  total() {");
    await harness.close();
  });
});

describe("exclusion", () => {
  test("an excluded file gives neither edits, nor definitions, nor similar text", async () => {
    const documentState = createDesktop();
    documentState.excluded.add("secrets.ts");
    const text = `${shared}\nexport const token = "hunter2";\n`;
    documentState.open("secrets.ts", text);
    documentState.type("secrets.ts", text.indexOf("hunter2"), "very ");
    documentState.open(
      "main.ts",
      `import { token } from "./secrets.ts";\n${shared}\nuse(token);\n`,
    );
    expect(await documentState.askIdle("main.ts")).toEqual([]);
    documentState.documents.close(`${folder}secrets.ts`);
    expect(await documentState.askIdle("main.ts")).toEqual([]);
  });

  test("what was found in a file is not used while that is excluded", async () => {
    const documentState = createDesktop();
    const text = `${shared}\nexport const token = "hunter2";\n`;
    documentState.open("secrets.ts", text);
    documentState.type("secrets.ts", text.indexOf("hunter2"), "very ");
    documentState.open("old.ts", `${shared}\nconst answer = 42;\n`);
    documentState.open(
      "main.ts",
      `import { token } from "./secrets.ts";\n${shared}\nuse(token);\n`,
    );
    const all = await documentState.askIdle("main.ts");
    expect(new Set(all.map(({ path }) => path))).toEqual(new Set(["secrets.ts", "old.ts"]));
    documentState.excluded.add("secrets.ts");
    expect(documentState.ask("main.ts")).toEqual(all.filter(({ path }) => path === "old.ts"));
    documentState.excluded.clear();
    expect(documentState.ask("main.ts")).toEqual(all);
  });
});

describe("idle work", () => {
  test("a request takes what is there and waits for nothing", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", `${shared}\nconst answer = 42;\n`);
    documentState.open("new.ts", `${shared}\n`);
    expect(documentState.ask("new.ts")).toEqual([]);
    await documentState.clock.advance(100);
    expect(documentState.ask("new.ts")).toEqual([]);
    await documentState.clock.advance(1000);
    expect(documentState.ask("new.ts")).toHaveLength(1);
    expect(documentState.clock.pendingTimers).toBe(0);
  });

  test("while one types in one region the excerpts stay the same", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", `${shared}\nconst answer = 42;\n`);
    const text = `${shared}\n`;
    documentState.open("new.ts", text);
    const first = await documentState.askIdle("new.ts");
    documentState.type("new.ts", text.length, "const answer = ");
    expect(documentState.ask("new.ts")).toEqual(first);
    await documentState.clock.advance(1000);
    expect(documentState.ask("new.ts")).toEqual(first);
  });

  test("in another region of the file they are looked for again", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", `${shared}\nconst answer = 42;\n`);
    const filler = "// nothing of the kind\n".repeat(400);
    documentState.open("new.ts", `${filler}${shared}\n`);
    expect(await documentState.askIdle("new.ts", 1000)).toEqual([]);
    expect(await documentState.askIdle("new.ts")).toHaveLength(1);
  });

  test("after a change of another file they are looked for again", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", "const a = 1;\n");
    documentState.open("new.ts", "const b = 2;\n");
    expect(await documentState.askIdle("new.ts")).toEqual([]);
    documentState.type("old.ts", 0, "const first = 0;\n");
    expect(await documentState.askIdle("new.ts")).toHaveLength(1);
  });

  test("nothing runs on after closing", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", `${shared}\n`);
    documentState.open("new.ts", `${shared}\n`);
    documentState.ask("new.ts");
    documentState.neighbors.close();
    expect(documentState.clock.pendingTimers).toBe(0);
    documentState.type("old.ts", 0, "x");
    expect(documentState.clock.pendingTimers).toBe(0);
  });

  test("what was known is forgotten on demand", async () => {
    const documentState = createDesktop();
    documentState.open("old.ts", `${shared}\nconst answer = 42;\n`);
    documentState.open("new.ts", `${shared}\n`);
    expect(await documentState.askIdle("new.ts")).toHaveLength(1);
    documentState.neighbors.clear();
    expect(documentState.ask("new.ts")).toEqual([]);
  });
});
