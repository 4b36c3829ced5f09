/** Checks how the endpoint is reached: name look-up, connection, TLS, protocol, round trip. */
import { lookup } from "node:dns/promises";
import { connect as connectTcp } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

import { networkError } from "../../providers/http/network-error.ts";
import { proxyFor } from "../../providers/http/proxy.ts";
import { trustedCertificates } from "../../providers/http/trusted-certificates.ts";
import type { Environment } from "../../settings/environment.ts";
import type { Settings } from "../../settings/schema.ts";
import { failed, ok, type Check } from "./doctor-report.ts";

const timeoutMs = 5000;

/** Connects once without sending anything, and reports the result. With a proxy it only names the proxy. */
export async function networkChecks(
  endpoint: string,
  settings: Settings,
  environment: Environment,
): Promise<readonly Check[]> {
  const { origin, protocol, hostname, port } = new URL(endpoint);
  const proxy = proxyFor(origin, { configured: settings["provider.proxy"], environment });
  if (proxy !== undefined) {
    const shown = URL.canParse(proxy) ? new URL(proxy).origin : "one that is no URL";
    return [ok("network", `through the proxy ${shown}`, { proxy: shown })];
  }
  const host = hostname.replace(/^\[|\]$/g, "");
  const isTls = protocol === "https:";
  try {
    const { address } = await lookup(host);
    const startedAt = performance.now();
    const caFile = settings["provider.caFile"];
    const ca = await trustedCertificates(caFile, environment["NODE_EXTRA_CA_CERTS"]);
    const target = { host, port: Number(port === "" ? (isTls ? 443 : 80) : port) };
    const found = await open(target, isTls, ca);
    const roundTripMs = Math.round((found.connectedAt - startedAt) * 10) / 10;
    const http = found.alpn === "h2" ? "HTTP/2" : "HTTP/1.1";
    const security = isTls ? `${found.tls}, ` : "no TLS, ";
    return [
      ok("network", `${host} is ${address}, ${security}${http}, round trip ${roundTripMs} ms`, {
        address,
        tls: found.tls,
        http,
        roundTripMs,
      }),
    ];
  } catch (error) {
    return [failed("network", networkError(error, origin).message)];
  }
}

interface Opened {
  readonly connectedAt: number;
  readonly tls: string | null;
  readonly alpn: string | undefined;
}

function open(
  target: { readonly host: string; readonly port: number },
  isTls: boolean,
  ca: string[] | undefined,
): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const tcp = connectTcp(target);
    let connectedAt = 0;
    tcp.setTimeout(timeoutMs, () => {
      tcp.destroy(Object.assign(new Error("no connection"), { code: "ETIMEDOUT" }));
    });
    tcp.on("error", reject);
    const end = (socket?: TLSSocket): void => {
      const tls = socket?.getProtocol() ?? null;
      const alpn = typeof socket?.alpnProtocol === "string" ? socket.alpnProtocol : undefined;
      resolve({ connectedAt, tls, alpn });
      tcp.destroy();
    };
    tcp.on("connect", () => {
      connectedAt = performance.now();
      if (!isTls) return end();
      const names = /^[\d.]+$|:/.test(target.host) ? {} : { servername: target.host };
      const options = {
        socket: tcp,
        ALPNProtocols: ["h2", "http/1.1"],
        ...names,
        ...(ca && { ca }),
      };
      const secure = connectTls({ ...options, host: target.host }, () => end(secure));
      secure.on("error", (error) => reject(error));
    });
  });
}
