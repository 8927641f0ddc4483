import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** What git knows or would add, and that is still there. */
const FILES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((name) => name !== "" && existsSync(join(ROOT, name)))
  // Its links are those of README.ko.md, which is in another folder.
  .filter((name) => name !== "scripts/docs/templates/README.ko.md");

/** The links of a page, code left out. */
function linksOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

describe("links", () => {
  it.each(FILES)("of %s lead to files and anchors that exist", (name) => {
    const text = readFileSync(join(ROOT, name), "utf8");
    const broken = linksOf(text).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      if (link.startsWith("#")) return !hasAnchor(text, link.slice(1));
      const [path = ""] = link.split("#");
      return !existsSync(join(ROOT, dirname(name), path));
    });
    expect(broken).toEqual([]);
  });
});

/** Anchors that are written out, and those that a heading gives. */
function hasAnchor(text: string, anchor: string): boolean {
  if (text.includes(`<a id="${anchor}"></a>`)) return true;
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.some(
    (heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, "")
        .replaceAll(" ", "-") === anchor,
  );
}
