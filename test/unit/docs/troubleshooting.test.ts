import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const sources = ["src/provider", "src/framework", "src/protocol"]
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
  .map((name) => readFileSync(join(ROOT, name), "utf8"))
  .join("\n");

/** The matches of a pattern's first group in all sources. */
const found = (pattern: RegExp): readonly string[] =>
  [...sources.matchAll(pattern)].map(([, text = ""]) => text);

const unableTo = (action: string): string =>
  `Unable to ${action.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())}`;

/** Every summary that the sources spell out or put together. */
function summariesInSources(): ReadonlySet<string> {
  return new Set([
    ...found(/(?:errorDiagnostic|warningDiagnostic|attributeError)\(\s*"([^"]+)"/g),
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

it("knows every way in which a summary is put together", () => {
  // A summary that is no plain text must be one of those that the test above puts together in the same way.
  const computed = found(/(?:error|warning)Diagnostic\(\s*([^"\s][^,\n]*),/g).filter(
    (code) => !code.startsWith("summary: string"),
  );
  expect(computed.toSorted()).toEqual(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
    ["`Unable to ${capitalizeWords(action)}`", "`${kind} Not Found`", "summary"].toSorted(),
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own text
  expect(found(/action: (`[^`]+`)/g).toSorted()).toEqual(["`list ${plural}`", "`read ${noun}`"]);
});
