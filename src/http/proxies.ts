import { BlockList, isIP } from "node:net";

/** A proxy that the environment names. */
export interface ProxyServer {
  readonly protocol: "http:" | "https:";
  readonly hostname: string;
  readonly port: number;
  /** `user:password`, decoded. */
  readonly credentials: string | undefined;
  /** For messages: `the proxy http://proxy:3128 (HTTPS_PROXY)`, without credentials. */
  readonly name: string;
}

/** A proxy setting that cannot be used. `message` says which and why. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
}

/**
 * The proxy for a URL, by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case, the lower one first, as Go
 * programs and curl read them. This machine itself is never reached through one.
 *
 * @throws ProxyError for a setting that names no http or https proxy
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): ProxyServer | undefined {
  const hostname = plainHost(url.hostname);
  const names = [url.protocol === "https:" ? "https_proxy" : "http_proxy", "all_proxy"];
  const variable = names.flatMap((name) => [name, name.toUpperCase()]).find((name) => env[name]?.trim());
  if (variable === undefined || isLoopback(hostname)) return undefined;
  const exceptions = env.no_proxy || env.NO_PROXY || "";
  if (isException(hostname, Number(url.port) || defaultPort(url.protocol), exceptions)) return undefined;
  return readProxy(env[variable]?.trim() ?? "", variable);
}

function readProxy(text: string, variable: string): ProxyServer {
  const withScheme = text.includes("://") ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) throw new ProxyError(`${variable} is not the URL of a proxy`);
  const { protocol, hostname, port, username, password } = new URL(withScheme);
  if (protocol !== "http:" && protocol !== "https:") {
    throw new ProxyError(
      `${variable} names a proxy of kind ${protocol.slice(0, -1)}, which is not supported`,
    );
  }
  if (hostname === "") throw new ProxyError(`${variable} is not the URL of a proxy`);
  const number = Number(port) || defaultPort(protocol);
  const hasUser = username !== "" || password !== "";
  return {
    protocol,
    hostname: plainHost(hostname),
    port: number,
    credentials: hasUser ? `${decode(username)}:${decode(password)}` : undefined,
    name: `the proxy ${protocol}//${hostname}:${number} (${variable})`,
  };
}

/** The user and password of every proxy that the environment names, as they stand there and decoded: nothing to be shown. */
export function proxySecrets(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const variables = ["https_proxy", "http_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  return variables.flatMap((variable) => {
    const text = env[variable]?.trim() ?? "";
    const withScheme = text.includes("://") ? text : `http://${text}`;
    if (!text.includes("@") || !URL.canParse(withScheme)) return [];
    const { username, password } = new URL(withScheme);
    return password === "" ? [decode(username)] : [decode(password)];
  });
}

function defaultPort(protocol: string): number {
  return protocol === "https:" ? 443 : 80;
}

/** Without the brackets of an IPv6 address, and without a final dot. */
function plainHost(hostname: string): string {
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "::1" ||
    (hostname.startsWith("127.") && isIP(hostname) === 4)
  );
}

function isException(hostname: string, port: number, exceptions: string): boolean {
  const host = hostname.toLowerCase();
  return exceptions
    .split(/[\s,]/)
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && matchesException(host, port, entry));
}

/** `*`, a host name with or without a leading dot, an IP address or a range of them, each maybe with a port. */
function matchesException(host: string, port: number, entry: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInRange(host, entry);
  const { name, onlyPort } = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(host) !== 0) return isInRange(host, `${name}/${isIP(name) === 4 ? 32 : 128}`);
  if (name.startsWith("*.")) return host.endsWith(name.slice(1));
  if (name.startsWith(".")) return host.endsWith(name);
  return host === name || host.endsWith(`.${name}`);
}

function splitPort(entry: string): { readonly name: string; readonly onlyPort?: number } {
  const [, address, addressPort] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (address !== undefined) {
    return { name: address, ...(addressPort && { onlyPort: Number(addressPort) }) };
  }
  const [host = "", port, ...others] = entry.split(":");
  if (port === undefined || others.length > 0) return { name: plainHost(entry) };
  return { name: plainHost(host), onlyPort: Number(port) };
}

/** Whether an address is in a range such as `10.0.0.0/8` or `fd00::/8`. */
function isInRange(host: string, range: string): boolean {
  const [network = "", prefix = ""] = range.split("/");
  const version = isIP(network);
  // With a zone, as in `fe80::1%eth0`, it is no address of a range.
  if (version === 0 || network.includes("%") || isIP(host) !== version) return false;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const ranges = new BlockList();
  ranges.addSubnet(network, Number(prefix), family);
  return ranges.check(host, family);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
