/** A progress bar for the first indexing of the workspace if it takes over a second. Never for completions. */
import type { IndexingProgress } from "../../workspace-model/workspace-model.ts";
import type { Client } from "./client.ts";

const token = "fim-indexing";

/** Shows the client the progress of the first indexing in a session. */
export function createIndexingProgress(client: Client): (progress: IndexingProgress) => void {
  let state: "new" | "asking" | "shown" | "over" = "new";
  let latest: IndexingProgress | undefined;

  async function begin(): Promise<void> {
    state = "asking";
    if (!(await client.createProgress(token))) {
      state = "over";
      return;
    }
    state = "shown";
    send({ kind: "begin", title: "Indexing the workspace", cancellable: false });
    if (latest !== undefined) show(latest);
  }

  function show({ files, isDone }: IndexingProgress): void {
    const message = `${files} files`;
    if (isDone) state = "over";
    send(isDone ? { kind: "end", message } : { kind: "report", message });
  }

  function send(value: object): void {
    client.notify("$/progress", { token, value });
  }

  return (progress) => {
    latest = progress;
    if (state === "shown") show(progress);
    else if (state === "new" && !progress.isDone) void begin();
    else if (state === "new") state = "over";
  };
}
