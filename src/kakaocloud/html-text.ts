/** Elements whose content is not shown. */
const SILENT_ELEMENTS = ["script", "style"];
const FIRST_TAGS = ["<!doctype", "<html", "<head", "<body", "<?xml"];

/** Whether a text begins like a web page. */
export function isHtml(text: string): boolean {
  const start = text.trimStart().slice(0, 16).toLowerCase();
  return FIRST_TAGS.some((tag) => start.startsWith(tag));
}

/** The text of a web page without its tags, scripts and styles, in one pass. */
export function textOfHtml(html: string): string {
  const lower = html.toLowerCase();
  const texts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const tag = html.indexOf("<", at);
    if (tag < 0) return [...texts, html.slice(at)].join(" ");
    texts.push(html.slice(at, tag));
    const silent = SILENT_ELEMENTS.find((name) => lower.startsWith(name, tag + 1));
    const start = silent === undefined ? tag : lower.indexOf(`</${silent}`, tag);
    const end = start < 0 ? -1 : html.indexOf(">", start);
    if (end < 0) break;
    at = end + 1;
  }
  return texts.join(" ");
}
