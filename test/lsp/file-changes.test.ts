import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";

import { createFileChanges } from "../../server/lsp/methods/file-changes.ts";

test("thousands of files are told once each, some at a time, and ignore files before all others", async () => {
  const pieces: (readonly string[])[] = [];
  const notices: string[] = [];
  const take = createFileChanges({
    onNotice: (paths) => void notices.push(...paths),
    onBurst: (paths) => void pieces.push(paths),
  });
  const names = Array.from({ length: 3000 }, (_, at) => `f${at}.ts`);
  const changesOf = (some: readonly string[]) => ({
    changes: some.map((name) => ({ uri: `file:///project/${name}`, type: 3 })),
  });
  take(changesOf(names));
  take(changesOf([...names.slice(1000), ".gitignore"]));
  take({ changes: [{ uri: "untitled:new" }, { uri: 7 }, null] });
  take(null);
  expect(pieces).toEqual([]);
  expect(notices.map((path) => path.slice(-10))).toEqual([".gitignore"]);
  let most = 0;
  for (let before = 0; pieces.flat().length <= names.length; before = pieces.length) {
    await nextTurn();
    most = Math.max(most, pieces.length - before);
  }
  expect(most).toBe(1);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1000);
  expect(pieces.flat().map((path) => path.replace(/^.*[\\/]/, ""))).toEqual([
    ...names,
    ".gitignore",
  ]);
});
