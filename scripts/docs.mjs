// Writes docs/, in the layout that Terraform registries show: a page for the provider, one for each resource, data source, list resource
// and function, and the guides. Schemas, defaults, statuses and the emulator's settings come from the code, examples from examples/, prose from
// scripts/docs/templates/. A translation takes its code blocks from the English page. The picture in docs/architecture.md is drawn from
// the code. With --check it writes nothing and fails when a page is not what it would write.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { functionPage, guidePage, objectPage, providerPage } from "./docs/pages.mjs";
import { withPicture } from "./docs/picture.mjs";
import { withBlocksOf } from "./docs/translation.mjs";
import { importSource } from "./import-source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const templates = join(root, "scripts/docs/templates");
/** Folders in docs/ that hold nothing but generated pages. */
const FOLDERS = ["resources", "data-sources", "list-resources", "functions", "guides", "guides/ko"];
/** The page that people write, except for the picture in it. */
const PICTURED = "architecture.md";
/** Translated guides: their folder, in the templates and in docs/. */
const KOREAN = "guides/ko";

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

async function createPages() {
  const { createKakaoCloudProvider } = await importSource("src/provider/provider.ts");
  const provider = createKakaoCloudProvider("", {});
  const pages = new Map();
  pages.set(
    "index.md",
    providerPage(provider, readFileSync(join(templates, "index.md"), "utf8"), readExamples("provider")),
  );
  for (const [folder, kind, objects] of [
    ["resources", "Resource", provider.resources],
    ["data-sources", "Data Source", provider.dataSources],
    ["list-resources", "List Resource", provider.listResources],
  ]) {
    for (const [typeName, object] of Object.entries(objects)) {
      const page = `${folder}/${typeName.slice(provider.name.length + 1)}.md`;
      const notes = read(join(templates, page)) ?? "";
      pages.set(
        page,
        objectPage({ kind, typeName, object, notes, examples: readExamples(`${folder}/${typeName}`) }),
      );
    }
  }
  for (const [name, signature] of Object.entries(provider.functions)) {
    pages.set(
      `functions/${name}.md`,
      functionPage(provider, name, signature, readExamples(`functions/${name}`)),
    );
  }
  for (const name of markdownIn(join(templates, "guides"))) {
    pages.set(`guides/${name}`, await guidePage(readFileSync(join(templates, "guides", name), "utf8")));
  }
  for (const name of markdownIn(join(templates, KOREAN))) {
    const template = readFileSync(join(templates, KOREAN, name), "utf8");
    const english = pages.get(`guides/${name}`) ?? "";
    pages.set(`${KOREAN}/${name}`, withBlocksOf(english, await guidePage(template)));
  }
  pages.set(
    "../README.ko.md",
    withBlocksOf(
      readFileSync(join(root, "README.md"), "utf8"),
      readFileSync(join(templates, "README.ko.md"), "utf8"),
    ),
  );
  return pages;
}

const markdownIn = (folder) => readdirSync(folder).filter((name) => name.endsWith(".md"));

/** The example files in a folder of examples/, by name. */
function readExamples(folder) {
  const path = join(root, "examples", folder);
  if (!existsSync(path)) return {};
  return Object.fromEntries(
    readdirSync(path).map((name) => [name, readFileSync(join(path, name), "utf8").trim()]),
  );
}

const docs = join(root, "docs");
const check = process.argv.includes("--check");
const pages = await createPages();
pages.set(PICTURED, withPicture(readFileSync(join(docs, PICTURED), "utf8"), join(root, "src")));
const changed = [];
for (const [page, content] of pages) {
  const path = join(docs, page);
  if (read(path) === content) continue;
  changed.push(page);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
for (const folder of FOLDERS) {
  for (const name of existsSync(join(docs, folder)) ? markdownIn(join(docs, folder)) : []) {
    if (pages.has(`${folder}/${name}`)) continue;
    changed.push(`${folder}/${name}`);
    if (!check) rmSync(join(docs, folder, name));
  }
}
for (const page of changed) {
  if (check)
    console.error(`${join("docs", page)} is not what the code and the templates say; run \`make docs\``);
  else console.log(`wrote ${join("docs", page)}`);
}
if (check && changed.length > 0) process.exitCode = 1;
