/**
 * The built server with secrets in every place that has one, at its most talkative; afterwards they are looked for
 * in all that it wrote, said, started or was started with.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { startServer, type LspClient } from "../../support/lsp-client.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** None looks like a secret by its form: nothing but care keeps them in. */
export const key = "canarykeyabcdefghijklmnop";
/** In the environment, of another source than the one that is configured. */
export const otherKey = "canaryotherkeyqrstuvwxyz";
export const secretText = "canarytextofthesecretfile";

export interface Canary {
  readonly client: LspClient;
  /** Asks at an ordinary place and inside a file that is excluded, and for the status. */
  ask(): Promise<void>;
  /** Ends the server; the secrets that were found, each with some text around it. */
  leaks(...further: readonly string[]): Promise<readonly string[]>;
  remove(): void;
}

export async function startCanary(
  level: string,
  keySource: "command" | "variable",
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Canary> {
  const isKeyOfCommand = keySource === "command";
  const folder = temporaryFolder("fim-canary-");
  const keyScript = join(folder, "key.cjs");
  writeFileSync(
    keyScript,
    `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "child.json"))},
       JSON.stringify({ env: process.env, argv: process.argv }));
     console.log(["canarykey", "abcdefghijklmnop"].join(""));`,
  );
  const client = await startServer({
    kind: "spawned",
    argv: ["--stdio", "--log-file", join(folder, "server.log")],
    environment: {
      MISTRAL_API_KEY: otherKey,
      ...(!isKeyOfCommand && { CANARY_KEY: key }),
      HOME: folder,
      USERPROFILE: folder,
    },
    // Its settings change while documents are open.
    onQuestion: () => "Allow once",
    initializationOptions: {
      ...(isKeyOfCommand
        ? { "provider.apiKeyCommand": [process.execPath, keyScript] }
        : { "provider.apiKeyEnv": "CANARY_KEY" }),
      "provider.requestTimeoutMs": 500,
      "provider.firstByteTimeoutMs": 500,
      "log.level": level,
      ...settings,
    },
    initializeParams: { trace: "verbose" },
  });
  client.expectErrors();
  const received: unknown[] = [client.initializeResult];
  let places = 0;
  return {
    client,
    async ask() {
      places += 1;
      received.push(await client.inline(client.open(`const a${places} = ‸\n`)));
      const uri = `file:///w/${places}.env.local/.env`;
      received.push(await client.inline(client.open(`X=${secretText}‸\n`, { uri })));
      received.push(await client.request("workspace/executeCommand", { command: "fim.status" }));
    },
    async leaks(...further) {
      const isLinux = process.platform === "linux";
      const argv = isLinux ? readFileSync(`/proc/${client.server.processId}/cmdline`, "utf8") : "";
      // What still runs may fail until then, and tell.
      await client.request("shutdown", undefined);
      received.push(client.takeMessages());
      await client.close();
      received.push(client.logs, client.traces, client.serverRequests);
      const written = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "key.cjs")
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
      // What the provider itself wrote as a suggestion is the one thing that may say it back.
      const shown = JSON.stringify(received).replaceAll(/"insertText":"[^"]*"/g, "");
      const everything = [shown, argv, client.server.errorOutput(), ...written].join("\n");
      return [key, otherKey, secretText, ...further].flatMap((secret) => {
        const at = everything.indexOf(secret);
        return at < 0 ? [] : [everything.slice(Math.max(0, at - 200), at + 200)];
      });
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
