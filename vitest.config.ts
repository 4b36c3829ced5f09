import { defineConfig } from "vitest/config";

import { TallyReporter } from "./test/support/tally-reporter.ts";

export default defineConfig({
  test: {
    testTimeout: 20_000,
    globalSetup: ["test/support/temporary-folder.ts"],
    reporters: ["default", new TallyReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: "core",
          include: ["test/**/*.test.ts"],
          exclude: ["test/editors/**", "test/**/*.slow.test.ts"],
          // By default one of two processors stays unused.
          maxWorkers: 2,
          globalSetup: ["test/support/build-server.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: ["test/**/*.slow.test.ts"],
          exclude: ["test/editors/**"],
          globalSetup: ["test/support/build-server.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "editors",
          include: ["test/editors/*.test.ts"],
          globalSetup: ["test/editors/global-setup.ts"],
          testTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "vscode",
          include: ["test/editors/vscode/*.test.ts"],
          globalSetup: ["test/editors/vscode-setup.ts"],
          testTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
