/** Which proxy, if any, a request to an origin goes through. */
export interface ProxyChoice {
  /** The setting; wins over the environment. */
  readonly configured: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The proxy's URL, or `undefined` to connect directly. As curl does: lower-case variables win, `NO_PROXY`
 * takes host names with their subdomains, an optional port, and `*`. Loopback never uses a
 * proxy, a configured one neither: text and key would leave this machine, unencrypted.
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

/** `localhost`, 127.0.0.0/8, `[::1]`: what is sent there stays on this machine. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return (
    name === "localhost" || name === "[::1]" || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", entryPort] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === "" || (entryPort !== undefined && entryPort !== ownPort)) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}
