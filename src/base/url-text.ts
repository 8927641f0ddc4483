const SCHEMES = ["https:", "http:"];

/**
 * A text that may be a URL, as it may be shown: without what may be a user and a password, however it was mistyped, and without
 * query and fragment, which may hold a token. One pass.
 */
export function urlWithoutSecrets(text: string): string {
  const end = Math.max(...[0x40, 0xff20].map((code) => text.lastIndexOf(String.fromCharCode(code)) + 1));
  const encodedEnd = text.toLowerCase().lastIndexOf("%40") + 3;
  const userEnd = Math.max(end, encodedEnd > 2 ? encodedEnd : 0);
  const start = text.trimStart().toLowerCase();
  const scheme = SCHEMES.find((known) => start.startsWith(known));
  const shown =
    userEnd === 0 ? text : `${scheme === undefined ? "" : `${scheme}//`}***@${text.slice(userEnd)}`;
  const marks = ["?", "#"].map((mark) => shown.indexOf(mark)).filter((at) => at >= 0);
  return marks.length === 0 ? shown : `${shown.slice(0, Math.min(...marks) + 1)}***`;
}
