/** What controls a terminal or reorders a line: control characters but tab and newline, line separators, text direction. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text with every character replaced that would control a terminal. */
export function cleanText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNSAFE, "\ufffd");
}

/** The text in one line: white space of any kind becomes one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The beginning of a text, with an ellipsis where something was left out. Never splits a character. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const last = text.charCodeAt(maxCharacters - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? maxCharacters - 1 : maxCharacters;
  return `${text.slice(0, end)}…`;
}
