import { expect, test } from "vitest";
import * as jsonRpc from "vscode-jsonrpc/node";

import * as library from "../../server/lsp/connection/library.ts";

// The build replaces the library by the JSON-RPC that it carries (.ci/build.mjs).
test.each(Object.entries(library))(
  "%s is in the part of the library that is bundled",
  (name, value) => {
    expect(jsonRpc[name as keyof typeof jsonRpc]).toBe(value);
  },
);
