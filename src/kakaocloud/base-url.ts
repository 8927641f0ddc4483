import { LIMITS } from "../base/limits.ts";
import { withoutTrailing } from "../base/text.ts";

/** A service's base URL in its plain form, without a trailing slash; null for anything but an absolute http(s) URL, or with more in it. */
export function parseBaseUrl(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > LIMITS.urlCharacters || !URL.canParse(trimmed)) return null;
  const { protocol, username, password, search, hash, origin, pathname } = new URL(trimmed);
  if (protocol !== "https:" && protocol !== "http:") return null;
  if (`${username}${password}${search}${hash}` !== "") return null;
  return `${origin}${withoutTrailing(pathname, "/")}`;
}
