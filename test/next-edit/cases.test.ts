/** Edits of our own making, and the place that is offered next, or that nothing is. */
import { describe, expect, test } from "vitest";

import { EditSession, type Edit } from "./session.ts";

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly edits: readonly (Edit | "refuse")[];
}

interface OfferedCase extends Case {
  readonly offered: readonly [uri: string, line: number, lines: readonly string[]];
  readonly least: number;
}

interface SilentCase extends Case {
  /** Nothing may be this sure. */
  readonly below: number;
}

const price = {
  "a.ts": [
    "function price(amount: number) {",
    "  const tax = amount * rate;",
    "  log(tax);",
    "  return amount + tax;",
    "}",
  ],
};
const fields = [
  "interface P {",
  "  first: string;",
  "  second: number;",
  "  third: Map<a, b>;",
  "  fourth: Set<c, d>;",
  "}",
];
const readonly: readonly Edit[] = [
  ["p.ts", 1, 1, ["  readonly first: string;"]],
  ["p.ts", 2, 1, ["  readonly second: number;"]],
  ["p.ts", 3, 1, ["  readonly third: Map<a, b>;"]],
];
const traced = ["  setup();", "  console.trace(state);", "  run();", "}"];

const offered: readonly OfferedCase[] = [
  {
    name: "a use of a local that was renamed at its definition",
    files: price,
    edits: [["a.ts", 1, 1, ["  const levy = amount * rate;"]]],
    offered: ["a.ts", 2, ["  log(levy);"]],
    least: 0.3,
  },
  {
    name: "the use after the one that was taken",
    files: price,
    edits: [
      ["a.ts", 1, 1, ["  const levy = amount * rate;"]],
      ["a.ts", 2, 1, ["  log(levy);"]],
    ],
    offered: ["a.ts", 3, ["  return amount + levy;"]],
    least: 0.6,
  },
  {
    name: "a modifier on the third of sibling lines",
    files: { "p.ts": fields },
    edits: readonly.slice(0, 2),
    offered: ["p.ts", 3, ["  readonly third: Map<a, b>;"]],
    least: 0.15,
  },
  {
    name: "a modifier on the fourth of sibling lines",
    files: { "p.ts": fields },
    edits: readonly,
    offered: ["p.ts", 4, ["  readonly fourth: Set<c, d>;"]],
    least: 0.4,
  },
  {
    name: "a method for a method on the third receiver",
    files: {
      "t.cs": ["a.Should().Be(1);", "x.Run();", "b.Should().Be(2);", "c.Should().Be(3);"],
    },
    edits: [
      ["t.cs", 0, 1, ["a.ShouldBe(1);"]],
      ["t.cs", 2, 1, ["b.ShouldBe(2);"]],
    ],
    offered: ["t.cs", 3, ["c.ShouldBe(3);"]],
    least: 0.5,
  },
  {
    name: "an argument added to the same call",
    files: {
      "m.py": ["    draw(canvas, 1)", "    other()", "    draw(canvas, 2)", "    draw(canvas, 3)"],
    },
    edits: [
      ["m.py", 0, 1, ["    draw(canvas, 1, style)"]],
      ["m.py", 2, 1, ["    draw(canvas, 2, style)"]],
    ],
    offered: ["m.py", 3, ["    draw(canvas, 3, style)"]],
    least: 0.3,
  },
  {
    name: "the next number",
    files: { "e.c": ["  A = 1,", "  B = 2,", "  C = 3,", "  D = 4,"] },
    edits: [
      ["e.c", 1, 1, ["  B = 3,"]],
      ["e.c", 2, 1, ["  C = 4,"]],
    ],
    offered: ["e.c", 3, ["  D = 5,"]],
    least: 0.2,
  },
  {
    name: "a renamed part of a name, in the other name's style",
    files: { "n.py": ["user_name = 1", "USER_NAME = 2", "userName = 3"] },
    edits: [["n.py", 0, 1, ["account_name = 1"]]],
    offered: ["n.py", 1, ["ACCOUNT_NAME = 2"]],
    least: 0,
  },
  {
    name: "a call wrapped for the third time",
    files: { "g.ts": ["  const a = load(x);", "  const b = load(y);", "  const c = load(z);"] },
    edits: [
      ["g.ts", 0, 1, ["  const a = await load(x);"]],
      ["g.ts", 1, 1, ["  const b = await load(y);"]],
    ],
    offered: ["g.ts", 2, ["  const c = await load(z);"]],
    least: 0.5,
  },
  {
    name: "a parameter's name in the comment above",
    files: {
      "c.js": [
        "/**",
        " * @param {string} path where to",
        " */",
        "function open(path) {",
        "  return read(path);",
        "}",
      ],
    },
    edits: [
      ["c.js", 3, 1, ["function open(file) {"]],
      ["c.js", 4, 1, ["  return read(file);"]],
    ],
    offered: ["c.js", 1, [" * @param {string} file where to"]],
    least: 0,
  },
  {
    name: "the closing tag",
    files: { "v.vue": ["<layout-box>", "  text", "</layout-box>"] },
    edits: [["v.vue", 0, 1, ["<layout-grid>"]]],
    offered: ["v.vue", 2, ["</layout-grid>"]],
    least: 0,
  },
  {
    name: "the same line deleted for the third time",
    files: { "d.js": [...traced, ...traced, ...traced] },
    edits: [
      ["d.js", 1, 1, []],
      ["d.js", 4, 1, []],
    ],
    offered: ["d.js", 7, []],
    least: 0.3,
  },
  {
    name: "a line added below the same line",
    files: { "i.js": ["  beforeEach();", "  run();", "}", "  beforeEach();", "  run();", "}"] },
    edits: [["i.js", 1, 0, ["  reset(cache);"]]],
    offered: ["i.js", 5, ["  reset(cache);"]],
    least: 0,
  },
  {
    name: "a call of a renamed function in another file",
    files: {
      "lib.rs": ["pub fn load_config() {}", ""],
      "main.rs": ["use lib;", "fn main() { load_config(); }"],
    },
    edits: [["lib.rs", 0, 1, ["pub fn read_config() {}"]]],
    offered: ["main.rs", 1, ["fn main() { read_config(); }"]],
    least: 0.25,
  },
  {
    name: "the deletion of an import whose only use went",
    files: {
      "x.ts": [
        "import { once } from 'events';",
        "import { join } from 'path';",
        "",
        "await once(a, 'b');",
        "join(a);",
      ],
    },
    edits: [["x.ts", 3, 1, []]],
    offered: ["x.ts", 0, []],
    least: 0.2,
  },
];

const silent: readonly SilentCase[] = [
  {
    name: "a sibling line of another build",
    files: {
      "p.ts": ["  first: string;", "  second: number;", "  third: Map<a, b>;", "  fourth: X[];"],
    },
    edits: readonly.map(([uri, line, count, lines]) => [uri, line - 1, count, lines] as const),
    below: 0.5,
  },
  {
    name: "the edited line itself",
    files: { "z.ts": ["foo(foo(1));"] },
    edits: [["z.ts", 0, 1, ["bar(foo(1));"]]],
    below: 0.5,
  },
  {
    name: "a name inside another word",
    files: { "s.ts": ["let tax = 1;", "let taxes = 2;", "syntax(3);"] },
    edits: [["s.ts", 0, 1, ["let levy = 1;"]]],
    below: 0.5,
  },
  {
    name: "places that were passed by",
    files: { "q.ts": ["f(alpha);", "g(alpha);", "h(alpha);", "k(alpha);", "z();"] },
    edits: [
      ["q.ts", 0, 1, ["f(beta);"]],
      ["q.ts", 4, 1, ["zz();"]],
    ],
    below: 0.5,
  },
  {
    name: "what was just replaced",
    files: { "r.ts": ["use(beta);", "use(alpha);", "mid();"] },
    edits: [
      ["r.ts", 0, 1, ["use(alpha);"]],
      ["r.ts", 1, 1, ["use(beta);"]],
    ],
    below: 0.3,
  },
  {
    name: "an edit that was taken back",
    files: { "u.ts": ["a(one);", "b(one);", "c(one);"] },
    edits: [
      ["u.ts", 0, 1, ["a(two);"]],
      ["u.ts", 0, 1, ["a(one);"]],
    ],
    below: 0.3,
  },
  {
    name: "an indentation",
    files: { "w.py": ["x = 1", "y = x"] },
    edits: [["w.py", 0, 1, ["    x = 1"]]],
    below: 0.3,
  },
  {
    name: "a new line",
    files: { "v.py": ["x = 1", "print(x)"] },
    edits: [["v.py", 1, 0, ["y = 2"]]],
    below: 0.5,
  },
  {
    name: "a word of two letters",
    files: { "o.go": ["a := go(1)", "b := go(2)"] },
    edits: [["o.go", 0, 1, ["a := do(1)"]]],
    below: 0.5,
  },
  {
    name: "a place that was refused",
    files: { "f.ts": ["f(alpha);", "g(alpha);", "h();"] },
    edits: [["f.ts", 0, 1, ["f(beta);"]], "refuse", ["f.ts", 2, 1, ["hh();"]]],
    below: 0.5,
  },
];

function played({ files, edits }: Case): EditSession {
  const session = new EditSession(files);
  for (const edit of edits) {
    if (edit === "refuse") session.refuseFirst();
    else session.edit(...edit);
  }
  return session;
}

describe("is offered", () => {
  test.each(offered)("$name", (each) => {
    const session = played(each);
    const place = session.next(each.least);
    expect(place && [place.uri, place.line, place.lines]).toEqual(each.offered);
  });
});

describe("is not offered", () => {
  test.each(silent)("$name", (each) => {
    const sure = played(each)
      .places()
      .filter(({ probability }) => probability >= each.below);
    expect(sure).toEqual([]);
  });
});
