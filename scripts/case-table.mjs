// Which test shows which case. A list of cases is a folder with a cases.tsv; a test names those that it shows ("PL-01 PL-15 holds
// what is configured ...", "faults 18, 19: answers with ..."), and TABLE.md beside the list has the files. Run in the repository's root.
//
//   node scripts/case-table.mjs                    writes each TABLE.md
//   node scripts/case-table.mjs --check            fails when a TABLE.md is stale
//   node scripts/case-table.mjs --report FILE      fails unless, by Vitest's JSON report, a test of each case passed
//
// All of them fail when a case has no test, or a test names a case that is not in the list.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

/** The lists: where they are, how a test's name tells the ids that it shows, and what stands above the table. */
const LISTS = [
  {
    folder: "test/protocol/conformance",
    idsIn: (name) => name.match(/\b[A-Z]{2}-\d\d\b/g) ?? [],
    heading: `# What the protocol demands, and the tests that show it

Made by \`node scripts/case-table.mjs\` from \`cases.tsv\` and the names of the tests. An asterisk marks the core of
the protocol. Levels: **U** one part by itself, **P** the executable over the wire, **T** under Terraform itself.

| case | level | what is demanded | where it is shown |
|---|---|---|---|`,
  },
  {
    folder: "test/faults",
    idsIn: (name) =>
      [...name.matchAll(/\bfaults? (\d+(?:(?:, | and |, and )\d+)*)/g)].flatMap(
        ([, ids]) => ids.match(/\d+/g) ?? [],
      ),
    heading: `# Faults of the official provider 0.4.1, and the tests that show that this one has none of them

Made by \`node scripts/case-table.mjs\` from \`cases.tsv\` and the names of the tests.

| fault | part | what is right | where it is shown |
|---|---|---|---|`,
  },
].filter(({ folder }) => existsSync(`${folder}/cases.tsv`));
/** The name of a test: the text with which `it(`, `test(` or the second pair of brackets of `it.each(...)(` begins. */
const NAME = /(?:\b(?:it|test)|\))\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;

/** The cases in the order of the list. `unless` says why a case cannot apply. */
function readCases({ folder }) {
  const [, ...rows] = readFileSync(`${folder}/cases.tsv`, "utf8").trimEnd().split("\n");
  return rows.map((row) => {
    const [id, level, core, title, unless] = row.split("\t");
    return { id, level, core, title, unless };
  });
}

/** The files in whose test names each case occurs. */
function findTests({ idsIn }) {
  const files = readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join("test", file))
    .sort();
  const found = new Map();
  for (const file of files) {
    const names = [...readFileSync(file, "utf8").matchAll(NAME)].map(([, , name]) => name);
    for (const id of new Set(names.flatMap(idsIn))) {
      found.set(id, [...(found.get(id) ?? []), file]);
    }
  }
  return found;
}

function renderTable({ folder, heading }, cases, tests) {
  const link = (file) => `[${file.replace(/^test\//, "")}](${relative(folder, file)})`;
  const rows = cases.map(({ id, level, core, title, unless }) => {
    const where = (tests.get(id) ?? []).map(link).join(", ");
    return `| ${id}${core} | ${level} | ${title} | ${[unless, where].filter(Boolean).join("; ")} |`;
  });
  return `${heading}\n${rows.join("\n")}\n`;
}

/** The cases of which a test passed, by a report of Vitest's JSON reporter. */
function passedCases({ idsIn }, report) {
  const results = JSON.parse(readFileSync(report, "utf8")).testResults.flatMap(
    (file) => file.assertionResults,
  );
  const ids = (status) =>
    results.filter((test) => test.status === status).flatMap((test) => idsIn(test.title));
  const failed = new Set(ids("failed"));
  return new Set(ids("passed").filter((id) => !failed.has(id)));
}

/**
 * What is wrong with a list.
 *
 * @param {any} list
 * @param {{ check?: boolean, report?: string }} options
 */
function checkList(list, { check, report }) {
  const cases = readCases(list);
  const tests = findTests(list);
  const known = new Set(cases.map(({ id }) => id));
  const problems = [
    ...cases
      .filter(({ id, unless }) => !unless && !tests.has(id))
      .map(({ id, title }) => `no test shows ${id}: ${title}`),
    ...[...tests.keys()]
      .filter((id) => !known.has(id))
      .map((id) => `${tests.get(id)[0]} names ${id}, which is no case`),
  ];
  const table = renderTable(list, cases, tests);
  const file = `${list.folder}/TABLE.md`;
  if (report) {
    const passed = passedCases(list, report);
    const open = cases.filter(({ id, unless }) => !unless && !passed.has(id));
    console.log(`${list.folder}: ${cases.length - open.length} of ${cases.length} cases shown`);
    return [...problems, ...open.map(({ id, title }) => `no passed test shows ${id}: ${title}`)];
  }
  if (!check) writeFileSync(file, table);
  else if (readFileSync(file, "utf8") !== table)
    problems.push(`${file} is stale: run node scripts/case-table.mjs`);
  return problems;
}

const { values } = parseArgs({ options: { check: { type: "boolean" }, report: { type: "string" } } });
const problems = LISTS.flatMap((list) => checkList(list, values));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
