import { describe, expect, test } from "vitest";
import { excludedBy } from "../../server/files/ignore/patterns.ts";

describe("excludedBy", () => {
  test.each([
    [".env", "/home/a/project/.env", true],
    [".env", "/home/a/project/deep/.env", true],
    [".env", "/home/a/project/.env.ts", false],
    [".env.*", "/home/a/project/.env.local", true],
    ["*.pem", "C:\\work\\keys\\server.PEM", true],
    ["secrets/", "/home/a/project/secrets/a.ts", true],
    ["**/id_rsa", "/home/a/.ssh/id_rsa", true],
    ["*.key", "relative/path/my.key", true],
    ["*.key", "./my.key", true],
    ["*.key", "", false],
  ])("%s on %s: %s", (pattern, path, expected) => {
    expect(excludedBy([pattern])(path)).toBe(expected);
  });

  test("a later pattern takes back", () => {
    const isExcluded = excludedBy(["*.env", "!example.env"]);
    expect(isExcluded("/a/prod.env")).toBe(true);
    expect(isExcluded("/a/example.env")).toBe(false);
  });

  test("patterns with a slash hold below the folders of the workspace", () => {
    const isExcluded = excludedBy(["/private", "build/out"], ["/home/a/build", "/home/a/project/"]);
    expect(isExcluded("/home/a/project/private/x.ts")).toBe(true);
    expect(isExcluded("/home/a/project/lib/private/x.ts")).toBe(false);
    expect(isExcluded("/home/a/build/out/x.ts")).toBe(false);
    expect(isExcluded("/home/a/build/build/out/x.ts")).toBe(true);
  });

  test("a folder above the workspace excludes nothing in it", () => {
    expect(excludedBy(["build"], ["/home/a/build/project"])("/home/a/build/project/x.ts")).toBe(
      false,
    );
  });

  test("no pattern excludes nothing", () => {
    expect(excludedBy([])("/home/a/.env")).toBe(false);
  });
});
