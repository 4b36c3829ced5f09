/** Which proxy a request takes: the setting, else the environment, with its exemptions. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";

import { proxyFor } from "../../server/providers/http/proxy.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startSocksProxy } from "../support/socks-proxy.ts";
import { answerOf, caFileOf, failureOf, makeProvider } from "./support.ts";

const proxy = "http://proxy.example:3128";
test.each([
  ["https", "https://api.mistral.ai", { HTTPS_PROXY: proxy }, proxy],
  [
    "lower case first",
    "https://api.mistral.ai",
    { HTTPS_PROXY: "http://no", https_proxy: proxy },
    proxy,
  ],
  ["without a scheme", "https://api.mistral.ai", { HTTPS_PROXY: "proxy.example:3128" }, proxy],
  ["all", "https://api.mistral.ai", { ALL_PROXY: proxy }, proxy],
  ["http", "http://model.lan:8080", { http_proxy: proxy }, proxy],
  ["http, capitals", "http://model.lan:8080", { HTTP_PROXY: proxy }, undefined],
  ["not for https", "https://api.mistral.ai", { http_proxy: proxy }, undefined],
  [
    "exempt host",
    "https://api.mistral.ai",
    { HTTPS_PROXY: proxy, NO_PROXY: "a.b, api.mistral.ai" },
    undefined,
  ],
  [
    "exempt domain",
    "https://api.mistral.ai",
    { HTTPS_PROXY: proxy, NO_PROXY: ".mistral.ai" },
    undefined,
  ],
  ["other domain", "https://api.mistral.ai", { HTTPS_PROXY: proxy, NO_PROXY: "istral.ai" }, proxy],
  ["exempt port", "https://a.b:8443", { HTTPS_PROXY: proxy, NO_PROXY: "a.b:8443" }, undefined],
  ["other port", "https://a.b", { HTTPS_PROXY: proxy, NO_PROXY: "a.b:8443" }, proxy],
  [
    "exempt with a dot at its end",
    "https://a.b",
    { HTTPS_PROXY: proxy, NO_PROXY: "a.b." },
    undefined,
  ],
  ["exempt network", "https://10.1.2.3", { HTTPS_PROXY: proxy, NO_PROXY: "10.0.0.0/8" }, undefined],
  ["other network", "https://11.1.2.3", { HTTPS_PROXY: proxy, NO_PROXY: "10.0.0.0/8" }, proxy],
  ["no network", "https://10.1.2.3", { HTTPS_PROXY: proxy, NO_PROXY: "10.0.0.0/99 10/8" }, proxy],
  ["a host, not its network", "https://a.b", { HTTPS_PROXY: proxy, NO_PROXY: "0.0.0.0/0" }, proxy],
  ["exempt IPv6", "https://[fd00::1]:8443", { HTTPS_PROXY: proxy, NO_PROXY: "fd00::1" }, undefined],
  ["in brackets", "https://[fd00::1]", { HTTPS_PROXY: proxy, NO_PROXY: "[fd00::1]" }, undefined],
  ["IPv6 network", "https://[fd00::1]", { HTTPS_PROXY: proxy, NO_PROXY: "fd00::/8" }, undefined],
  ["other IPv6", "https://[fd00::2]", { HTTPS_PROXY: proxy, NO_PROXY: "fd00::1" }, proxy],
  ["all exempt", "https://a.b", { HTTPS_PROXY: proxy, no_proxy: "*" }, undefined],
  ["loopback", "https://127.0.0.1:8080", { HTTPS_PROXY: proxy }, undefined],
])("the environment's proxy: %s", (_name, origin, environment, chosen) => {
  expect(proxyFor(origin, { configured: undefined, environment })).toBe(chosen);
});

test("the setting wins over the environment", () => {
  const environment = { HTTPS_PROXY: "http://other", NO_PROXY: "*" };
  expect(proxyFor("https://api.mistral.ai", { configured: proxy, environment })).toBe(proxy);
});

test.each([
  "http://localhost:11434",
  "http://127.0.0.1:8080",
  "http://127.9.9.9",
  "https://[::1]:8443",
  "http://LOCALHOST.:8080",
  "http://127.1:8080",
  "http://2130706433",
  "http://[::ffff:127.0.0.1]:8080",
  "http://[::ffff:7f00:1]:8080",
  "http://[0:0:0:0:0:0:0:1]",
  "http://0.0.0.0:8080",
  "http://[::]:8080",
])("what stays on this machine (%s) goes through no proxy, a configured one neither", (origin) => {
  const environment = { https_proxy: proxy, http_proxy: proxy, all_proxy: proxy };
  expect(proxyFor(origin, { configured: proxy, environment })).toBeUndefined();
});

test.each([
  "http://localhost.example",
  "http://notlocalhost",
  "http://128.0.0.1",
  "http://[::2]",
  "http://[::ffff:128.0.0.1]",
  "http://127.0.0.1.example",
])("what goes elsewhere (%s) goes through the proxy", (origin) => {
  expect(proxyFor(origin, { configured: proxy, environment: {} })).toBe(proxy);
});

async function failureThrough(url: string): Promise<string> {
  const endpoint = "https://api.example.test/v1";
  const provider = await makeProvider({ endpoint, environment: { ALL_PROXY: url } });
  onTestFinished(() => provider.close());
  return (await failureOf(provider)).message;
}

test.each([
  [407, "wants a name and a password (407): set provider.proxy"],
  [403, "does not let api.example.test through (403)"],
  [502, "could not connect to api.example.test (502)"],
])("a proxy that answers %i is named, with the remedy", async (status, words) => {
  const refusing = createServer();
  refusing.on("connect", (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void refusing.close());
  const { port } = refusing.address() as AddressInfo;
  const message = await failureThrough(`http://me:secret@127.0.0.1:${port}`);
  expect(message).toContain(`The proxy http://127.0.0.1:${port} ${words}`);
  expect(message).not.toContain("secret");
});

test.each(["http", "https", "socks5", "socks5h"])(
  "a proxy of %s that is down is named, not the endpoint",
  async (scheme) => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const message = await failureThrough(`${scheme}://127.0.0.1:${port}`);
    expect(message).toContain(`127.0.0.1:${port} cannot be reached (ECONNREFUSED)`);
    expect(message).toContain("Check provider.proxy");
  },
);

test.each(["socks4://127.0.0.1:1", "ftp://127.0.0.1:1", "socks4a://u:p@127.0.0.1:1"])(
  "a proxy of a kind that is not supported says so: %s",
  async (url) => {
    expect(await failureThrough(url)).toContain("is of a kind that is not supported: use http");
  },
);

test.each(["socks5", "socks5h", "socks"])("a SOCKS proxy, written as %s:", async (scheme) => {
  const server = await startFimServer({
    protocol: "h1-tls",
    certificateNames: ["api.example.test"],
  });
  const socks = await startSocksProxy(new URL(server.origin));
  const { port } = new URL(server.origin);
  const provider = await makeProvider({
    endpoint: `https://api.example.test:${port}/v1`,
    caFile: await caFileOf(server),
    environment: { ALL_PROXY: `${scheme}://${socks.host}` },
  });
  onTestFinished(async () => {
    await provider.close();
    await socks.close();
    await server.close();
  });
  server.answer = middle("x + 1;");
  expect((await answerOf(provider)).text).toBe("x + 1;");
  expect(socks.asked).toEqual(["api.example.test"]);
});
