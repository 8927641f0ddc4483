// Which test shows which case of the protocol: test/protocol/conformance/cases.tsv lists the cases, a test names those that it
// shows ("PL-01 PL-15 holds what is configured ..."), and TABLE.md beside the list has the files. Run in the repository's root.
//
//   node scripts/conformance-table.mjs                    writes TABLE.md
//   node scripts/conformance-table.mjs --check            fails when TABLE.md is stale
//   node scripts/conformance-table.mjs --report FILE      fails unless, by Vitest's JSON report, a test of each case passed
//
// All of them fail when a case has no test, or a test names a case that is not in the list.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

const FOLDER = "test/protocol/conformance";
const CASE_ID = /\b[A-Z]{2}-\d\d\b/g;
/** The name of a test: the text with which `it(`, `test(` or the second pair of brackets of `it.each(...)(` begins. */
const NAME = /(?:\b(?:it|test)|\))\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;

/** The cases in the order of the list. `unless` says why a case cannot apply. */
function readCases() {
  const [, ...rows] = readFileSync(`${FOLDER}/cases.tsv`, "utf8").trimEnd().split("\n");
  return rows.map((row) => {
    const [id, level, core, title, unless] = row.split("\t");
    return { id, level, core, title, unless };
  });
}

/** The files in whose test names each case occurs. */
function findTests() {
  const files = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join("test", file))
    .sort();
  const found = new Map();
  for (const file of files) {
    const names = [...readFileSync(file, "utf8").matchAll(NAME)].map(([, , name]) => name);
    for (const id of new Set(names.flatMap((name) => name.match(CASE_ID) ?? []))) {
      found.set(id, [...(found.get(id) ?? []), file]);
    }
  }
  return found;
}

function renderTable(cases, tests) {
  const link = (file) => `[${file.replace(/^test\//, "")}](${relative(FOLDER, file)})`;
  const rows = cases.map(({ id, level, core, title, unless }) => {
    const where = (tests.get(id) ?? []).map(link).join(", ");
    return `| ${id}${core} | ${level} | ${title} | ${[unless, where].filter(Boolean).join("; ")} |`;
  });
  return `# What the protocol demands, and the tests that show it

Made by \`node scripts/conformance-table.mjs\` from \`cases.tsv\` and the names of the tests. An asterisk marks the core of
the protocol. Levels: **U** one part by itself, **P** the executable over the wire, **T** under Terraform itself.

| case | level | what is demanded | where it is shown |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** The cases of which a test passed, by a report of Vitest's JSON reporter. */
function passedCases(report) {
  const results = JSON.parse(readFileSync(report, "utf8")).testResults.flatMap(
    (file) => file.assertionResults,
  );
  const ids = (status) =>
    results.filter((test) => test.status === status).flatMap((test) => test.title.match(CASE_ID) ?? []);
  const failed = new Set(ids("failed"));
  return new Set(ids("passed").filter((id) => !failed.has(id)));
}

const { values } = parseArgs({ options: { check: { type: "boolean" }, report: { type: "string" } } });
const cases = readCases();
const tests = findTests();
const known = new Set(cases.map(({ id }) => id));
const problems = [
  ...cases
    .filter(({ id, unless }) => !unless && !tests.has(id))
    .map(({ id, title }) => `no test shows ${id}: ${title}`),
  ...[...tests.keys()]
    .filter((id) => !known.has(id))
    .map((id) => `${tests.get(id)[0]} names ${id}, which is no case`),
];
const table = renderTable(cases, tests);
const file = `${FOLDER}/TABLE.md`;
if (values.report) {
  const passed = passedCases(values.report);
  const open = cases.filter(({ id, unless }) => !unless && !passed.has(id));
  problems.push(...open.map(({ id, title }) => `no passed test shows ${id}: ${title}`));
  console.log(`${cases.length - open.length} of ${cases.length} cases shown`);
} else if (values.check) {
  if (readFileSync(file, "utf8") !== table)
    problems.push(`${file} is stale: run node scripts/conformance-table.mjs`);
} else {
  writeFileSync(file, table);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
