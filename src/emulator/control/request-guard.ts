import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** Names that no public DNS resolves, so that no web site can make them point to this machine. */
const PRIVATE_NAME = /^[^.]+$|\.(localhost|internal|local)$/;

/**
 * Why a control request is forbidden, with the remedy; undefined when it is not. A web page must not control an emulator that
 * runs on its visitor's machine: neither by sending requests to it, nor by a host name of its own that resolves to it.
 */
export function forbiddenReason(
  { host, origin }: IncomingHttpHeaders,
  allowedHosts: readonly string[],
): string | undefined {
  if (host !== undefined && !isAllowed(host, allowedHosts)) {
    return `The host ${host} is not allowed. Use an IP address or localhost, or start the emulator with --allowed-hosts ${host}.`;
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Requests from the web page ${origin} are not allowed.`;
  }
  return undefined;
}

/** Whether a Content-Type says JSON. */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/json *(;|$)/i.test(contentType ?? "");
}

function isAllowed(host: string, allowedHosts: readonly string[]): boolean {
  const url = `http://${host}`;
  if (!URL.canParse(url)) return false;
  const name = new URL(url).hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const isNamed = allowedHosts.some((allowed) => [name, host].includes(allowed.trim().toLowerCase()));
  return isIP(name) !== 0 || PRIVATE_NAME.test(name) || isNamed;
}
