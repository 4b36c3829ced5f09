import { describe, expect, test } from "vitest";
import { learn, newModel, offerAt, snapshotOf, suggestAt } from "./learn.ts";

const handlers = `export function handleOpen(event: OpenEvent): void {
  logger.debug("open", event.path);
  registry.dispatch("open", event);
}

export function handleClose(event: CloseEvent): void {
  logger.debug("close", event.path);
  registry.dispatch("close", event);
}

`;

/** The lines of `offered` that `marked` does not have: what the user would see. */
function lineOf(offered: string): string {
  return offered.split(/\r?\n/).find((line) => line.includes("⟦")) ?? offered;
}

describe("with nothing but the open document", () => {
  const model = () => newModel();

  test("the rest of a line that stands above is offered", () => {
    const marked = `${handlers}  logger.debug("open", ‸\n`;
    expect(lineOf(offerAt(model(), "/a/handlers.ts", marked))).toBe(
      `  logger.debug("open", ⟦event.path);⟧`,
    );
  });

  test("a word being typed is completed", () => {
    const marked = `${handlers}  registry.disp‸\n`;
    expect(lineOf(offerAt(model(), "/a/handlers.ts", marked))).toMatch(
      /^ {2}registry\.disp⟦atch.*⟧$/,
    );
  });

  test("a whole line follows the pattern of the lines above, with the names of this place", () => {
    const marked = `${handlers}export function handleScroll(event: ScrollEvent): void {
  logger.debug("scroll", event.path);
  ‸
}
`;
    expect(lineOf(offerAt(model(), "/a/handlers.ts", marked))).toBe(
      `  ⟦registry.dispatch("scroll", event);⟧`,
    );
  });

  test("names are adapted to those of the line above", () => {
    const text = ["User", "Order", "Article"]
      .map((name) => `const new${name}Table = defineTable("${name}");\nopen(new${name}Table);\n`)
      .join("");
    const marked = `${text}const newTicketTable = defineTable("Ticket");\nopen(‸\n`;
    expect(lineOf(offerAt(model(), "/a/tables.ts", marked))).toBe(`open(⟦newTicketTable);⟧`);
  });

  test("where lines went on in two ways, the way of the lines nearby is likelier", () => {
    const opening = "  gate.openWith(alpha, beta);\n".repeat(5);
    const closing = "  gate.openWith(gamma, delta);\n".repeat(5);
    const between = Array.from({ length: 600 }, (_, at) => `step${at}();\n`).join("");
    const top = `${opening}  gate.openWith(‸\n${between}${closing}`;
    const bottom = `${opening}${between}${closing}  gate.openWith(‸\n`;
    expect(lineOf(offerAt(model(), "/a/gate.ts", top))).toContain("⟦alpha, beta);⟧");
    expect(lineOf(offerAt(model(), "/a/gate.ts", bottom))).toContain("⟦gamma, delta);⟧");
  });

  test("nothing is offered where nothing is known", () => {
    expect(offerAt(model(), "/a/new.ts", "‸")).toBe("nothing");
    expect(offerAt(model(), "/a/new.ts", "const zebra = ‸\n")).toBe("nothing");
  });

  test("nothing is offered with letters on both sides of the cursor", () => {
    expect(offerAt(model(), "/a/handlers.ts", `${handlers}  registry.dis‸patch\n`)).toBe("nothing");
  });

  test("a single untitled document works too", () => {
    const marked = `${handlers}  registry.dispatch(‸\n`;
    expect(offerAt(model(), "untitled:Untitled-1", marked)).not.toBe("nothing");
  });
});

describe("mid-line", () => {
  test("a suggestion ends before an auto-closed bracket", () => {
    const marked = `${handlers.repeat(2)}  registry.dispatch("open", ‸)\n`;
    expect(lineOf(offerAt(newModel(), "/a/handlers.ts", marked))).toBe(
      `  registry.dispatch("open", ⟦event⟧)`,
    );
  });

  test("brackets that the suggestion opens itself do not end it", () => {
    const calls = `  queue.push(toTask(job, now()));\n`.repeat(3);
    const marked = `${calls}  queue.push(‸);\n`;
    expect(lineOf(offerAt(newModel(), "/a/queue.ts", marked))).toBe(
      `  queue.push(⟦toTask(job, now())⟧);`,
    );
  });

  test("a suggestion ends before a closing quote", () => {
    const imports = `import { a } from "./alpha/beta.ts";\n`.repeat(3);
    const marked = `${imports}import { a } from "./alpha‸"\n`;
    expect(lineOf(offerAt(newModel(), "/a/index.ts", marked))).toBe(
      `import { a } from "./alpha⟦/beta.ts⟧"`,
    );
  });

  test("a suggestion brings the blank before the word that it reaches", () => {
    const calls = `  queue.push(first, second);\n`.repeat(3);
    const marked = `${calls}  queue.push(‸second);\n`;
    expect(lineOf(offerAt(newModel(), "/a/queue.ts", marked))).toBe(
      `  queue.push(⟦first, ⟧second);`,
    );
  });

  test("nothing is offered where the line is complete already", () => {
    const marked = `${handlers}  registry.dispatch("open", event‸);\n`;
    expect(offerAt(newModel(), "/a/handlers.ts", marked, { minProbability: 0.5 })).toBe("nothing");
  });
});

describe("probability", () => {
  test("below the wanted probability nothing is offered", () => {
    const twoWays = `run(alpha);\nrun(beta);\nrun(gamma);\nrun(delta);\n`;
    const marked = `${twoWays}run(‸\n`;
    expect(offerAt(newModel(), "/a/run.ts", marked, { minProbability: 0.9 })).toBe("nothing");
  });

  test("the start of a line is offered alone where only the start is sure", () => {
    const names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
    const text = names.map((name) => `  collector.gather(${name});\n`).join("");
    const marked = `${text}  coll‸\n`;
    const [suggestion] = suggestAt(newModel(), "/a/run.ts", marked, { minProbability: 0.7 });
    expect(suggestion?.isSurePrefix).toBe(true);
    expect("ector.gather(").toContain(suggestion?.insertText);
    expect(suggestion?.probability).toBeGreaterThanOrEqual(0.7);
  });

  test("alternatives are distinct, at most as many as asked for, the likeliest first", () => {
    const text = ["alpha", "beta", "gamma", "delta"]
      .map((name) => `const value = compute(${name}, options);\n`.repeat(2))
      .join("");
    const marked = `${text}const value = compute(‸\n`;
    const offered = suggestAt(newModel(), "/a/compute.ts", marked, {
      minProbability: 0.001,
      limit: 3,
    });
    const texts = offered.map(({ insertText }) => insertText);
    expect(texts).toHaveLength(3);
    expect(new Set(texts).size).toBe(3);
    const probabilities = offered.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    const one = suggestAt(newModel(), "/a/compute.ts", marked, { minProbability: 0.001, limit: 1 });
    expect(one).toHaveLength(1);
  });
});

describe("any text", () => {
  test("CRLF documents are completed like LF ones", () => {
    const marked = `${handlers}  logger.debug("open", ‸\n`.replaceAll("\n", "\r\n");
    expect(lineOf(offerAt(newModel(), "/a/handlers.ts", marked))).toBe(
      `  logger.debug("open", ⟦event.path);⟧`,
    );
  });

  test("lone CR ends a line", () => {
    const marked = `${handlers}  logger.debug("open", ‸\n`.replaceAll("\n", "\r");
    const [suggestion] = suggestAt(newModel(), "/a/handlers.ts", marked);
    expect(suggestion?.insertText).toBe("event.path);");
  });

  test("emoji and right-to-left words are repeated whole", () => {
    const text = `  show("🎉 done", "שלום עולם", 木構造);\n`.repeat(4);
    const marked = `${text}  show("🎉 ‸\n`;
    expect(lineOf(offerAt(newModel(), "/a/show.ts", marked))).toBe(
      `  show("🎉 ⟦done", "שלום עולם", 木構造);⟧`,
    );
  });

  test("text with control and reordering characters is never offered", () => {
    for (const hidden of ["\u0007", "\u202e", "\u2028", "\ufeff", "\ud83c"]) {
      const line = `  print(message, "a${hidden}b", tail);\n`;
      const marked = `${line.repeat(4)}  print(message, ‸\n`;
      for (const { insertText } of suggestAt(newModel(), "/a/print.ts", marked)) {
        expect(insertText).not.toContain(hidden);
      }
    }
  });

  test("a line of a megabyte neither teaches nor hangs", () => {
    const model = newModel();
    const giant = `const data = "${"x9".repeat(500_000)}";\n`;
    const marked = `${giant}${handlers}  registry.disp‸\n`;
    expect(offerAt(model, "/a/data.ts", marked)).not.toBe("nothing");
    expect(offerAt(model, "/a/data.ts", `${giant.trimEnd()}‸`)).toBe("nothing");
  });

  test("a document of 3 MB is completed from the lines around the cursor", () => {
    const far = Array.from({ length: 60_000 }, (_, at) => `value${at} = compute(${at});\n`).join(
      "",
    );
    const marked = `${far}${handlers}  logger.debug("open", ‸\n${far}`;
    const [suggestion] = suggestAt(newModel(), "/a/big.ts", marked);
    expect(suggestion?.insertText).toBe("event.path);");
  });

  test("every suggestion of any document is one line of visible text", async () => {
    const { model, folder } = await learn({
      "a.ts": handlers,
      "b.ts": `${handlers}\t\tx\u000b = 1;`,
    });
    const text = `${handlers}\t\tregistry.dispatch("open",\tevent)  ;\n\n  }\n😀 = "a\u0000b";\n`;
    let offered = 0;
    for (let offset = 0; offset <= text.length; offset++) {
      if (/[\udc00-\udfff]/.test(text.charAt(offset))) continue;
      const marked = `${text.slice(0, offset)}‸\n}\n`;
      const suggestions = suggestAt(model, `${folder}/c.ts`, marked, { minProbability: 0 });
      offered += suggestions.length;
      for (const { insertText, probability } of suggestions) {
        expect(insertText).toMatch(/^[\t\P{Cc}]*\P{White_Space}[\t\P{Cc}]*$/u);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }
    }
    expect(offered).toBeGreaterThan(100);
  });
});

test("other open documents teach, with their unsaved text, and no longer once they are closed", async () => {
  const model = newModel();
  const marked = `  registry.dispatch("open", ‸\n`;
  expect(offerAt(model, "/a/other.ts", marked)).toBe("nothing");
  const open = snapshotOf("/a/handlers.ts", handlers.repeat(2));
  model.documentChanged(open);
  await model.whenIndexed();
  expect(lineOf(offerAt(model, "/a/other.ts", marked))).toContain("⟦event);⟧");
  model.documentClosed(open.uri);
  expect(offerAt(model, "/a/other.ts", marked)).toBe("nothing");
});

test("a document of another language does not teach", async () => {
  const model = newModel();
  model.documentChanged(snapshotOf("/a/notes.md", handlers.repeat(3)));
  await model.whenIndexed();
  expect(offerAt(model, "/a/other.ts", `  registry.dispatch("open", ‸\n`)).toBe("nothing");
});
