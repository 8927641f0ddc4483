import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { withBlocksOf } from "../../../scripts/docs/translation.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");
const BLOCK = /^```\w+\n[\s\S]*?^```$/gm;

const TWINS: readonly (readonly [korean: string, english: string])[] = [
  ["README.ko.md", "README.md"],
  ...readdirSync(join(ROOT, "docs/guides/ko")).map(
    (name) => [`docs/guides/ko/${name}`, `docs/guides/${name}`] as const,
  ),
];

const blocks = (page: string): readonly string[] => read(page).match(BLOCK) ?? [];

/** A page's headings: their levels, and the texts of those that are messages, which are in English everywhere. */
function outline(page: string): readonly string[] {
  const headings = read(page)
    .replaceAll(BLOCK, "")
    .matchAll(/^(#+) (.*)$/gm);
  const isMessage = (level: string) => page.endsWith("troubleshooting.md") && level === "###";
  return [...headings].map(([, level = "", text = ""]) => (isMessage(level) ? `${level} ${text}` : level));
}

/** The number of rows of each table. */
const tables = (page: string): readonly number[] =>
  [
    ...read(page)
      .replaceAll(BLOCK, "")
      .matchAll(/(?:^\|.*\n)+/gm),
  ].map(([rows]) => rows.split("\n").length - 1);

describe.each(TWINS)("%s", (korean, english) => {
  it(`has the headings, tables and code blocks of ${english}`, () => {
    expect(outline(korean)).toEqual(outline(english));
    expect(tables(korean)).toEqual(tables(english));
    expect(blocks(korean)).toEqual(blocks(english));
    expect(blocks(korean).length).toBeGreaterThan(0);
  });

  it("has a Korean sentence after every heading that an English text follows", () => {
    const empty = (page: string) => [...read(page).matchAll(/^#+ .*\n\n(?=#)/gm)].length;
    expect(empty(korean)).toBe(empty(english));
    expect(read(korean)).toMatch(/[가-힣]니다\./);
  });
});

it("refuses a translation with another number of code blocks", () => {
  const original = "# A\n\n```sh\nmake\n```\n";
  expect(withBlocksOf(original, "# B\n\n{{block}}\n")).toBe("# B\n\n```sh\nmake\n```\n");
  expect(() => withBlocksOf(original, "# B\n")).toThrow('"# B" has 0 {{block}} and the English page 1');
});
