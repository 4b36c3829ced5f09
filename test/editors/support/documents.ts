// The documents of the scenarios: where typing starts, what is typed, and what must be on disk at the end.

export interface Example {
  /** With `‸` where typing starts. */
  readonly before: string;
  readonly typed: string;
  /** A part of the suggestion that the editor shows. */
  readonly shown: string | RegExp;
  readonly after: string;
  /** Quickly typed behind a trigger character: an editor that is still asking may not ask again. */
  readonly needsKey?: boolean;
}

export const oneLine: Example = {
  before: "function add(left, right) {\n  ‸\n}\n",
  typed: "return le",
  shown: "ft + right;",
  after: "function add(left, right) {\n  return left + right;\n}\n",
};

/** Nothing in the file leads to it, so that nobody but the provider can know it. */
export const unknownWord: Example = {
  before: "function add(left, right) {\n  ‸\n}\n",
  typed: "return pre",
  shown: "vious[left];",
  after: "function add(left, right) {\n  return previous[left];\n}\n",
};

/** Indented, so that an editor that indents by itself shows what it does. */
export const multiLine: Example = {
  before: "function open() {\n  ‸\n}\n",
  typed: "class Acc",
  shown: "ount {",
  after:
    "function open() {\n  class Account {\n    constructor() {\n      this.total = 0;\n    }\n  }\n}\n",
};

export const multiLineTabs: Example = {
  ...multiLine,
  before: "function open() {\n\t‸\n}\n",
  after:
    "function open() {\n\tclass Account {\n\t\tconstructor() {\n\t\t\tthis.total = 0;\n\t\t}\n\t}\n}\n",
};

export const bracket: Example = {
  before: "let items;\nconsole.log‸\n",
  typed: "(par",
  shown: "parseInt",
  after: "let items;\nconsole.log(parseInt)\n",
  needsKey: true,
};

export const insideString: Example = {
  before: "const name = 1;\nconst text = ‸;\n",
  typed: "`user",
  shown: "${name}",
  after: "const name = 1;\nconst text = `user ${name} \\n \\\\ $1 {}`;\n",
};

export const afterEmoji: Example = {
  before: 'const face = "😀🎉"; ‸\n',
  typed: "const ha",
  shown: "lf = 1 / 2;",
  after: 'const face = "😀🎉"; const half = 1 / 2;\n',
};

/**
 * Needs no provider: the line stands in the file three times, so the workspace model knows it. Typed where no
 * editor asks by itself on entering insert mode: Helix asks nothing for keys that come before that answer.
 */
export const knownLine: Example = {
  before: `${"retries = defaultRetries;\n".repeat(3)}‸\n`,
  typed: "re",
  // a fourth time
  shown: /(tries = defaultRetries;[^]*){4}/,
  after: "retries = defaultRetries;\n".repeat(4),
};

/** What stays of a suggestion of several lines where only its first line can be inserted. */
export function firstLineOf(example: Example): string {
  const [head = "", tail = ""] = example.before.split("‸");
  const inserted = example.after.slice(head.length, example.after.length - tail.length);
  return `${head}${inserted.split("\n", 1)[0]}${tail}`;
}
