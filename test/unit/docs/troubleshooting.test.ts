import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const readSources = (folders: readonly string[]): string =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .map((name) => readFileSync(join(ROOT, name), "utf8"))
    .join("\n");

const sources = readSources(["src/provider", "src/framework", "src/protocol"]);

/** The matches of a pattern's first group in all sources. */
const found = (pattern: RegExp): readonly string[] =>
  [...sources.matchAll(pattern)].map(([, text = ""]) => text);

const unableTo = (action: string): string =>
  `Unable to ${action.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())}`;

/** Every summary that the sources spell out or put together. */
function summariesInSources(): ReadonlySet<string> {
  return new Set([
    ...found(/(?:errorDiagnostic|warningDiagnostic|attributeError)\(\s*"([^"]+)"/g),
    ...found(/warningDiagnostic\(\s*`([^`]+)`/g).map((summary) => summary.replaceAll(/\$\{\w+\}/g, "...")),
    ...found(/"(Unable to [^"]+)"/g),
    ...found(/summary[^\n]*\|\| "([^"]+)"/g),
    ...found(/action: "([^"]+)"/g).map(unableTo),
    ...found(/\breadById\(\s*"([^"]+)"/g).map((noun) => unableTo(`read ${noun}`)),
    ...found(/\breadMatching\(\s*"([^"]+)"/g).map((plural) => unableTo(`list ${plural}`)),
    ...found(/find\("([^"]+)", provider\./g).map((kind) => `${kind} Not Found`),
  ]);
}

it("has an entry for every error and warning that the provider gives, and none for others", () => {
  const guide = readFileSync(join(ROOT, "docs/guides/troubleshooting.md"), "utf8");
  const entries = [...guide.matchAll(/^### (.*)$/gm)].map(([, title = ""]) => title);
  expect(entries.toSorted()).toEqual([...summariesInSources()].toSorted());
});

/** The details that a guide explains, from the first column of its tables on details. */
function detailsIn(page: string): readonly string[] {
  const tables = readFileSync(join(ROOT, page), "utf8").matchAll(
    /^\| (?:detail|상세 메시지) \|.*\n\|.*\n((?:\|.*\n)+)/gm,
  );
  const rows = [...tables].flatMap(([, rows = ""]) => rows.trim().split("\n"));
  return rows.map((row) => row.split(" | ")[0]?.replace("| ", "") ?? "");
}

it("quotes details as messages have them, the same in both languages", () => {
  const details = detailsIn("docs/guides/troubleshooting.md");
  expect(details).not.toEqual([]);
  expect(detailsIn("docs/guides/ko/troubleshooting.md")).toEqual(details);
  const texts = readSources(["src/provider", "src/framework", "src/http", "src/kakaocloud"])
    .replaceAll(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
    .replaceAll(/["`] \+\s+["`]/g, "");
  const isQuoted = (detail: string): boolean => {
    const pattern = detail.replace(/^status \d{3}$/, "status ...").split("...");
    const parts = pattern.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(parts.join("\\$\\{[^}]+\\}")).test(texts);
  };
  expect(details.flatMap((row) => row.split(", ")).filter((detail) => !isQuoted(detail))).toEqual([]);
});

it("knows every way in which a summary is put together", () => {
  // A summary that is no plain text must be one of those that the test above puts together in the same way.
  const computed = found(/(?:error|warning)Diagnostic\(\s*([^"\s][^,\n]*),/g).filter(
    (code) => !code.startsWith("summary: string"),
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
  const known = ["`Unable to ${capitalizeWords(action)}`", "`${kind} Not Found`", "summary"];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
  const named = ['`Unmanaged Image "${name}" Found`'];
  expect(computed.toSorted()).toEqual([...known, ...named].toSorted());
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
  expect(found(/action: (`[^`]+`)/g).toSorted()).toEqual(["`list ${plural}`", "`read ${noun}`"]);
});
