/** Chooses the proxy, if any, for requests to an origin. */
import { BlockList, isIP } from "node:net";

export interface ProxyChoice {
  /** The setting. It takes precedence over the environment. */
  readonly configured: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The proxy's URL, or `undefined` for a direct connection. As in curl, lower-case variables take precedence and
 * `NO_PROXY` lists exceptions. Loopback never uses a proxy, not even a configured one: text and key would leave
 * this machine unencrypted.
 */
export function proxyFor(
  origin: string,
  { configured, environment }: ProxyChoice,
): string | undefined {
  const url = new URL(origin);
  if (isLoopback(url.hostname)) return undefined;
  if (configured !== undefined) return configured;
  const variable = (name: string): string | undefined =>
    environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || undefined;
  const proxy =
    url.protocol === "https:"
      ? variable("HTTPS_PROXY")
      : // Upper-case HTTP_PROXY can be set by a request header in CGI programs: curl ignores it, too.
        environment["http_proxy"]?.trim() || undefined;
  const chosen = proxy ?? variable("ALL_PROXY");
  if (chosen === undefined || isExempt(url, variable("NO_PROXY") ?? "")) return undefined;
  return chosen.includes("://") ? chosen : `http://${chosen}`;
}

/** All that is sent to these stays on this machine; an address of IPv4 can be written as one of IPv6. */
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addSubnet("::ffff:127.0.0.0", 104, "ipv6");
loopback.addAddress("::1", "ipv6");
// "This host": a connection to them ends here, too.
loopback.addAddress("0.0.0.0", "ipv4");
loopback.addAddress("::", "ipv6");

/** `localhost`, 127.0.0.0/8, `[::1]` and their other spellings: what is sent there stays on this machine. */
export function isLoopback(hostname: string): boolean {
  const name = bare(hostname);
  const version = isIP(name);
  if (version === 0) return name === "localhost";
  return loopback.check(name, version === 6 ? "ipv6" : "ipv4");
}

/** The forms that curl knows: a host with its subdomains, with or without a dot, a port, an address, a network. */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  const host = bare(hostname);
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    if (entry.includes("/")) return isInNetwork(host, entry);
    const whole = bare(entry);
    if (isIP(whole) > 0) return isInNetwork(host, `${whole}/${isIP(whole) === 6 ? 128 : 32}`);
    const [, named = "", entryPort] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? [];
    const name = bare(named.replace(/^\*?\./, ""));
    if (name === "" || (entryPort !== undefined && entryPort !== ownPort)) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}

/** Without the brackets of an IPv6 address and without a final dot. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

function isInNetwork(host: string, network: string): boolean {
  const [address = "", length = ""] = network.split("/");
  const families = [isIP(bare(address)), isIP(host)];
  const family = families[0] === 6 ? "ipv6" : "ipv4";
  const bits = Number(length);
  const isRange = length !== "" && bits <= (family === "ipv6" ? 128 : 32);
  if (families[0] === 0 || families[0] !== families[1] || !isRange) return false;
  const range = new BlockList();
  range.addSubnet(bare(address), bits, family);
  return range.check(host, family);
}

/** For people: without user name and password. */
export function shownProxy(proxy: string): string {
  if (!URL.canParse(proxy)) return "one that is no URL";
  const { protocol, host } = new URL(proxy);
  return `${protocol}//${host}`;
}
