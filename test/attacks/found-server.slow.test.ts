/**
 * A program that listens where model servers usually do gets no text before the user was told of it, and none without
 * a yes where another user runs it. An honest user with a server of their own is told once.
 */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock, type Clock } from "../../server/base/clock.ts";
import { listenersIn, listenersOn } from "../../server/providers/local/listeners.ts";
import { ServerConsent } from "../../server/session/provider/server-consent.ts";
import type { Answer } from "../../server/settings/trust/client-trust.ts";
import { openDecisions } from "../../server/settings/trust/decisions.ts";
import { byPath, json } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { infill } from "../support/local-answers.ts";
import { startServer, type LspClient, type Question } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A look at the usual ports has as long as this machine needs. */
const clock: Clock = {
  ...systemClock,
  setTimer: (callback, delayMs) =>
    systemClock.setTimer(callback, delayMs === 300 ? 15_000 : delayMs),
};

let server: FimServer;
let home: string;

beforeEach(async () => {
  server = await startFimServer();
  server.models = byPath({ "/props": json(200, { default_generation_settings: { n_ctx: 4096 } }) });
  server.answer = infill("good;");
  home = temporaryFolder("fim-found-");
});
afterEach(() => server.close());

function connect(onQuestion?: (question: Question) => string | undefined): Promise<LspClient> {
  return startServer({
    kind: "inBand",
    environment: { XDG_CONFIG_HOME: join(home, ".config"), APPDATA: home },
    clock,
    localServers: [{ name: "llama-cpp", endpoint: server.origin }],
    ...(onQuestion && { onQuestion }),
  });
}

interface Status {
  readonly provider?: { readonly name?: string };
}

async function untilUsed(client: LspClient): Promise<void> {
  let status: Status | undefined;
  do
    status = (await client.request("workspace/executeCommand", {
      command: "fim.status",
    })) as Status;
  while (status.provider?.name !== "llama-cpp");
}

let count = 0;
function complete(client: LspClient): Promise<unknown> {
  return client.inline(client.open(`const found${++count} = ‸\n`));
}

const completed = { items: [{ insertText: "good;" }] };

describe.skipIf(process.platform !== "linux")("a server of the user's own", () => {
  test("is asked about before any text leaves, and once for good", async () => {
    const questions: Question[] = [];
    let textAtQuestion: number | undefined;
    const first = await connect((question) => {
      questions.push(question);
      textAtQuestion = server.requests.length;
      return "Always";
    });
    await untilUsed(first);
    expect(await complete(first)).toMatchObject(completed);
    expect(textAtQuestion).toBe(0);
    expect(questions).toEqual([
      {
        message: `llama.cpp at ${server.origin} was found; you run it. May it get the text around the cursor, to complete it?`,
        titles: ["Allow once", "Always", "Never"],
      },
    ]);
    await first.close();

    const second = await connect(() => expect.unreachable("was asked again"));
    await untilUsed(second);
    expect(await complete(second)).toMatchObject(completed);
    await second.close();
  });

  test("gets nothing after a no, in later sessions neither", async () => {
    let asked = 0;
    for (let session = 1; session <= 2; session++) {
      const client = await connect(() => {
        asked += 1;
        return "Never";
      });
      await client.logged(/is not used, as decided|gets no text without your yes/);
      await complete(client);
      await complete(client);
      await client.close();
    }
    expect(asked).toBe(1);
    expect(server.requests).toEqual([]);
  });

  test("gets nothing while the question stands, or was closed", async () => {
    const client = await connect(() => undefined);
    await client.logged(/gets no text without your yes/);
    await complete(client);
    expect(server.requests).toEqual([]);
    await client.close();
  });

  test("a client that cannot ask: one message, then fim.enable or the next start", async () => {
    const first = await connect();
    const { message } = await first.nextMessage();
    expect(message).toContain(`llama.cpp at ${server.origin} was found; you run it.`);
    expect(message).toContain('To say no, set provider.name to "workspace".');
    await complete(first);
    expect(server.requests).toEqual([]);
    await first.request("workspace/executeCommand", { command: "fim.enable" });
    expect((await first.nextMessage()).message).toBe("Suggestions are on.");
    await untilUsed(first);
    expect(await complete(first)).toMatchObject(completed);
    await first.close();

    const second = await connect();
    await untilUsed(second);
    expect(await complete(second)).toMatchObject(completed);
    expect(second.takeMessages()).toEqual([]);
    await second.close();
  });
});

const found = { name: "llama-cpp", endpoint: "http://127.0.0.1:8012" } as const;

/** `users` run what listens; what was told is collected. */
function consentFor(users: readonly number[], answer?: Answer | "closed") {
  const told: string[] = [];
  const now = { users };
  const consent = new ServerConsent({
    decisions: openDecisions({ environment: {}, homeDirectory: home, platform: "linux" }),
    listeners: () => Promise.resolve(now.users),
    userId: 1000,
    tell: (message) => told.push(message),
    note: () => {},
    ...(answer !== undefined && {
      ask: (question: string) => {
        told.push(question);
        return Promise.resolve(answer === "closed" ? undefined : answer);
      },
    }),
  });
  return { consent, told, now };
}

describe("a server that is not the user's own, as far as that can be told", () => {
  test.each<[string, readonly number[], string]>([
    ["another user's", [999], "user 999 runs it"],
    ["the user's own and another's", [999, 1000], "user 999 runs it"],
    ["unknown", [], "who runs it is not known"],
  ])("%s: is asked about, and says whose it is", async (_name, users, says) => {
    const { consent, told } = consentFor(users, "once");
    expect((await consent.of(found)).kind).toBe("yes");
    expect((await consent.of(found)).kind).toBe("yes");
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(says);
  });

  test.each([[[999]], [[]]])(
    "of users %j, and the client cannot ask: told once, never used",
    async (users) => {
      const first = consentFor(users);
      expect((await first.consent.of(found)).kind).toBe("open");
      first.consent.renew();
      expect((await first.consent.of(found)).kind).toBe("open");
      expect(first.told).toHaveLength(1);
      expect(first.told[0]).toContain("It gets no text.");
      const second = consentFor(users);
      expect((await second.consent.of(found)).kind).toBe("open");
      expect(second.told).toEqual([]);
      // An editor that can ask does so.
      expect((await consentFor(users, "always").consent.of(found)).kind).toBe("yes");
    },
  );

  test("a yes to one user's server is none to another's on the same port", async () => {
    expect((await consentFor([1000], "always").consent.of(found)).kind).toBe("yes");
    const { consent, told } = consentFor([999], "closed");
    expect((await consent.of(found)).kind).toBe("open");
    expect(told).toHaveLength(1);
  });

  test("another user's process that takes the port later gets no request", async () => {
    const { consent, now } = consentFor([1000], "always");
    const verdict = await consent.of(found);
    const guard = verdict.kind === "yes" ? verdict.guard : undefined;
    await expect(guard?.read()).resolves.toBeUndefined();
    now.users = [];
    await expect(guard?.read()).resolves.toBeUndefined();
    now.users = [999];
    await expect(guard?.read()).rejects.toThrow("Another user's process listens");
  });
});

test("the kernel's table tells who listens on 127.0.0.1", () => {
  const row = (local: string, state: string, user: number): string =>
    `   1: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${user}        0 81 1 0 100 0 0 10 0`;
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    row("0100007F:1F4C", "0A", 1000),
    row("00000000:1F4C", "0A", 1001),
    row(`${"0".repeat(32)}:1F4C`, "0A", 1002),
    row("0000000000000000FFFF00000100007F:1F4C", "0A", 1003),
    row("0100007F:1F4C", "01", 7),
    row("0100007F:1F4D", "0A", 7),
    row("0B00000A:1F4C", "0A", 7),
  ].join("\n");
  expect(listenersIn(table, 8012)).toEqual([1000, 1001, 1002, 1003]);
  expect(listenersIn("", 8012)).toEqual([]);
});

test.skipIf(process.platform !== "linux")("this process is found by its port", async () => {
  const port = Number(new URL(server.origin).port);
  expect(await listenersOn(port)).toEqual([process.getuid?.()]);
});
