import { afterAll, inject, test } from "vitest";
import { vscode } from "../drivers/vscode.ts";
import { editorScenarios } from "../scenarios.ts";
import { closeBrowser } from "../support/browser.ts";
import { kill } from "../support/process.ts";
import { inEditor } from "../support/session.ts";
import { waitFor } from "../support/wait.ts";

editorScenarios(vscode);

const { installed } = inject("installed");

// Each step is an assertion: it waits for what must be seen.
/* oxlint-disable vitest/expect-expect */
test.skipIf(installed === undefined)(
  "shows whether a server that was started again is on",
  async () => {
    if (installed === undefined) return;
    const title = "a server started again";
    await inEditor(vscode, installed, { document: "‸\n" }, title, async (session) => {
      await session.screen.see("Ready: ");
      await session.toggle();
      await session.screen.see("Suggestions are off");
      for (const pid of session.traffic.pids()) kill(pid);
      await session.screen.see("Ready: ");
    });
  },
);

test.skipIf(installed === undefined)(
  "has a server again that died while it was told of a key",
  async () => {
    if (installed === undefined) return;
    const title = "a server that died while it was told of a key";
    await inEditor(vscode, installed, { document: "‸\n" }, title, async (session) => {
      await session.type("†");
      await waitFor("a new server", () => session.traffic.isOpenIn(1));
      await session.saveAs("†\n");
    });
  },
);

afterAll(closeBrowser);
