import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The pages that people read, by their paths from the project's root. */
export const PAGES: readonly string[] = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name)),
].filter((name) => name.endsWith(".md"));

/** The blocks of code on a page that are in one of these languages, as they are shown. */
export function snippetsOf(page: string, ...languages: readonly string[]): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, language = ""]) => languages.includes(language))
    .map(([, , code = ""]) => code);
}

/** The one such block on a page that holds a text. Throws when there is none, or more than one. */
export function snippetWith(page: string, language: string, text: string): string {
  const [found, ...others] = snippetsOf(page, language).filter((code) => code.includes(text));
  if (found === undefined || others.length > 0) {
    throw new Error(`${page} shows ${found === undefined ? "no" : "more than one"} ${language} with ${text}`);
  }
  return found;
}
