import { expect, test } from "vitest";
import { pathOfUri, withDrive } from "../../server/files/uri-path.ts";

test.each([
  ["file:///c%3A/Users/me/a%20b.ts", "C:\\Users\\me\\a b.ts"],
  ["file:///c:/Users/me/a.ts", "C:\\Users\\me\\a.ts"],
  ["file:///C:/Users/me/a.ts", "C:\\Users\\me\\a.ts"],
  ["file:///c%3A/%C3%BC/%E6%BC%A2%F0%9F%98%80.ts", "C:\\ü\\漢😀.ts"],
  ["file://server/share/a.ts", "\\\\server\\share\\a.ts"],
  ["file://wsl.localhost/Debian/home/me/a.ts", "\\\\wsl.localhost\\Debian\\home\\me\\a.ts"],
  ["file:///home/me/a.ts", undefined],
  ["file:///c%3A/a%2Fb.ts", undefined],
  ["file:///c%3A/%E0%A4%A.ts", undefined],
  ["untitled:Untitled-1", undefined],
])("on Windows %s is %s", (uri, path) => {
  expect(pathOfUri(uri, true)).toBe(path);
});

test.each([
  ["file:///home/me/a%20b.ts", "/home/me/a b.ts"],
  ["file:/home/me/a.ts", "/home/me/a.ts"],
  ["file://localhost/home/me/a.ts", "/home/me/a.ts"],
  ["file:///c%3A/Users/me/a.ts", "/c:/Users/me/a.ts"],
  ["file://server/share/a.ts", undefined],
  ["file:///home/%00", "/home/\0"],
  ["vscode-notebook-cell:/book.ipynb#1", undefined],
])("elsewhere %s is %s", (uri, path) => {
  expect(pathOfUri(uri, false)).toBe(path);
});

test("only a drive is made a capital", () => {
  expect(["c:\\a", "c:", "C:/a", "c:a", "/c:/a", "\\\\c\\a"].map(withDrive)).toEqual([
    "C:\\a",
    "C:",
    "C:/a",
    "c:a",
    "/c:/a",
    "\\\\c\\a",
  ]);
});
