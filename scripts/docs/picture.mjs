// The architecture in one picture: the folders of src/ and who imports whom, drawn from the import statements themselves.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a folder is for. A folder without a line here, or a line without a folder, is an error. */
const ROLES = {
  entry: "the phases of a start",
  plugin: "a process that Terraform starts: handshake, TLS, gRPC server",
  protobuf: "messages as bytes",
  protocol: "tfplugin6, a file per RPC",
  framework: "schemas, planning, operations",
  provider: "kakaocloud_image and its family",
  importer: "writes configurations that adopt images",
  kakaocloud: "the APIs of KakaoCloud: token, endpoints, lists",
  http: "attempts, retries, limits, proxies",
  base: "log types, signals, clock, redaction, limits",
  emulator: "a KakaoCloud for tests",
};
/** Connections to other programs, by the folder that has them. */
const OUTSIDE = [
  `terraform(["Terraform, OpenTofu"]) -- "gRPC over mTLS" --> plugin`,
  `http -- "HTTPS" --> cloud(["KakaoCloud"])`,
  `http -. "HTTP, in tests" .-> emulator`,
];

const BEGIN = "<!-- the picture: drawn by `make docs` -->";
const END = "<!-- the end of the picture -->";

/** The page with a new picture between its two marks. Throws when it has no marks. */
export function withPicture(page, source) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`a page has no place for the picture: ${BEGIN} and ${END}`);
  return `${page.slice(0, from)}${BEGIN}\n\n${drawFolders(source)}\n\n${page.slice(to)}`;
}

/** @param {string} source absolute path of src/ */
function drawFolders(source) {
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).sort();
  const unknown = [...names, ...Object.keys(ROLES)].find((name) => !(name in ROLES) || !names.includes(name));
  if (unknown !== undefined) throw new Error(`scripts/docs/picture.mjs and src/ disagree about ${unknown}`);
  const nodes = names.map((name) => `${name}["<b>src/${name}</b><br>${ROLES[name]}"]`);
  const edges = names.flatMap((name) => edgesFrom(name, filesBelow(join(source, name))));
  const lines = [...OUTSIDE, ...nodes, ...edges];
  return ["```mermaid", "flowchart LR", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}

function edgesFrom(name, files) {
  const others = [...importedFolders(files)].filter((other) => other !== name);
  return others.sort().map((other) => `${name} --> ${other}`);
}

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path));

function importedFolders(files) {
  const found = new Set();
  for (const file of files) {
    for (const [, target] of readFileSync(file, "utf8").matchAll(/(?:from|import) ?\(?"(\.[^"]+)"/g)) {
      const [, folder] = /\/src\/([^/]+)\//.exec(join(file, "..", target).replaceAll("\\", "/")) ?? [];
      if (folder !== undefined) found.add(folder);
    }
  }
  return found;
}
