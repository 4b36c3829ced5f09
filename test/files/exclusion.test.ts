import { expect, test } from "vitest";

import { createExclusion } from "../../server/files/ignore/exclusion.ts";
import { pathOf } from "../../server/files/uri-path.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test.each([
  ["file:///c%3A/project/a.ts", "C:\\project\\a.ts"],
  ["file://server/share/a.ts", "\\\\server\\share\\a.ts"],
  ["vscode-notebook-cell:/c%3A/project/book.ipynb#W1", "C:\\project\\book.ipynb"],
  ["git:/c%3A/project/a.ts?%7B%22ref%22%3A%22HEAD%22%7D", "C:\\project\\a.ts"],
  // Looking beside these would be a visit to another host.
  ["vscode-remote://ssh-remote+host/home/me/a.ts", "ssh-remote+host/home/me/a.ts"],
  ["vscode-vfs://github/owner/a.ts", "github/owner/a.ts"],
  ["x:////host/share/a.ts", "/host/share/a.ts"],
  ["file:///home/me/a.ts", "/home/me/a.ts"],
  ["untitled:Untitled-1", "Untitled-1"],
  ["not a uri", "not a uri"],
])("on Windows the path of %s is %s", (uri, path) => {
  expect(pathOf(uri, true)).toBe(path);
});

test.each([
  ["file:///home/me/a%20b.ts", "/home/me/a b.ts"],
  ["vscode-notebook-cell:/home/me/book.ipynb#W1", "/home/me/book.ipynb"],
  ["zipfile:///home/me/a.zip", "/home/me/a.zip"],
  ["file://server/share/a.ts", "server/share/a.ts"],
  // As clients write it that encode nothing.
  ["file:///home/me/100%.ts", "/home/me/100%.ts"],
  ["untitled:/home/me/new.ts", "/home/me/new.ts"],
  ["", ""],
])("elsewhere the path of %s is %s", (uri, path) => {
  expect(pathOf(uri, false)).toBe(path);
});

test("a name is matched under every scheme", async () => {
  const exclusion = createExclusion(createFakeClock());
  exclusion.set({ patterns: [".env"], respectsIgnoreFiles: true }, []);
  for (const place of ["file:///w/", "git:/w/", "vscode-remote://host/w/", "untitled:", "x:///"]) {
    expect([place, !exclusion.of(`${place}.env`).maySend]).toEqual([place, true]);
    await exclusion.whenKnown(`${place}a.ts`);
    expect([place, !exclusion.of(`${place}a.ts`).maySend]).toEqual([place, false]);
  }
});
