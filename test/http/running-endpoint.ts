/** The built server's endpoint, with a FIM server behind it and a workspace of its own. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { builtServer } from "../support/built-server.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { environmentOf } from "../support/server-process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export interface RunningEndpoint {
  readonly origin: string;
  readonly token: string;
  readonly upstream: FimServer;
  readonly root: string;
  /** Everything that `serve` printed. */
  readonly output: string;
  readonly home: string;
  readonly processId: number;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

/** `hasProvider`: false leaves the workspace model alone. */
export async function startEndpoint(
  options: { readonly hasProvider?: boolean; readonly home?: string; readonly root?: string } = {},
): Promise<RunningEndpoint> {
  const upstream = await startFimServer();
  const root = options.root ?? temporaryFolder("fim-endpoint-");
  const home = options.home ?? temporaryFolder("fim-endpoint-home-");
  const provider =
    options.hasProvider === false
      ? { FIM_PROVIDER_NAME: "workspace" }
      : { MISTRAL_API_KEY: "upstream-key-0123456789", FIM_PROVIDER_ENDPOINT: upstream.endpoint };
  const child = spawn(process.execPath, [builtServer, "serve", "--port", "0", "--root", root], {
    env: environmentOf({ HOME: home, USERPROFILE: home, ...provider }),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith("the token is kept in")) break;
  }
  const output = lines.join("\n");
  const origin = /http:\S+/.exec(output)?.[0] ?? "";
  const token = /once: (\S+)/.exec(output)?.[1] ?? "";
  return {
    origin,
    token,
    upstream,
    root,
    home,
    output,
    processId: child.pid ?? 0,
    post: (path, body, headers = {}) =>
      fetch(origin + path, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    close: async () => {
      child.kill("SIGTERM");
      await ended;
      await upstream.close();
    },
  };
}
