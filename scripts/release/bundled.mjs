// What of others is in the shipped program: names, versions, licences.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS } from "./executable.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Licences under which a package may be part of the program. None of them requires more than its text. */
const ACCEPTED = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"]);

/** Where the build lists the packages in each of its files. */
export const PACKAGES_FILE = "packages.json";

/** The folders of the packages that have code in a bundle, by esbuild's own account of it. */
export function packagesOf({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? []);
  return [...new Set(folders)].sort();
}

/** The packages that are in a built program. Throws when one has no licence text, or a licence that is not accepted. */
export function bundledPackages(dist) {
  const packages = JSON.parse(readFileSync(join(dist, PACKAGES_FILE), "utf8"));
  const folders = new Set(PROGRAMS.flatMap((file) => packages[file]));
  return [...folders].sort().map(describe);
}

function describe(path) {
  const folder = join(root, path);
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!ACCEPTED.has(license))
    throw new Error(`${name} ${version} is under ${license}, which is not accepted`);
  const text = licenceText(folder);
  if (text === undefined) throw new Error(`${name} ${version} comes without the text of its licence`);
  return { name, version, license, text: text.trim() };
}

/** The text in a package's licence file, or else at the end of its README, where some packages have it. */
function licenceText(folder) {
  const find = (pattern) => readdirSync(folder).find((entry) => pattern.test(entry));
  const licence = find(/^licen[cs]e(\.|$)/i);
  if (licence !== undefined) return readFileSync(join(folder, licence), "utf8");
  const readme = find(/^readme(\.|$)/i);
  if (readme === undefined) return undefined;
  return /^(?:#+ *licen[cs]e|licen[cs]e\n-+)\n([\s\S]*copyright[\s\S]*)/im.exec(
    readFileSync(join(folder, readme), "utf8"),
  )?.[1];
}

/** What the LGPL of the runtime's JavaScriptCore requires. */
const RELINKING = `This executable is built from public sources: those of the provider, and Bun as it is published. To put another Bun in it, give
its path to scripts/release.mjs of the provider's sources: --runtime PATH.`;

/** The licences of everything in an executable, its runtime included, as one text. */
export function noticesText(packages, runtime, runtimeLicences) {
  const sections = [
    [runtime, `${runtimeLicences}\n\n${RELINKING}`],
    ...packages.map(({ name, version, license, text }) => [`${name} ${version} (${license})`, text]),
  ];
  const rule = "=".repeat(80);
  return sections.map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`).join("\n");
}
