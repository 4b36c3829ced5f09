/** Which proxy a request takes: the setting, else the environment, with its exemptions. */
import { expect, test } from "vitest";

import { proxyFor } from "../../server/providers/http/proxy.ts";

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
])("what stays on this machine (%s) goes through no proxy, a configured one neither", (origin) => {
  const environment = { https_proxy: proxy, http_proxy: proxy, all_proxy: proxy };
  expect(proxyFor(origin, { configured: proxy, environment })).toBeUndefined();
});
