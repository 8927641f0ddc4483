// The bill of materials, as CycloneDX: what npm knows of the packages that are really in the executable, Bun, and Debian's glibc.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The bill as JSON text. It holds no time and no serial number, so that the same program has the same bill. */
export function billOfMaterials({ name, version, packages, bunVersion, glibc }) {
  const bill = JSON.parse(
    execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      shell: process.platform === "win32",
    }),
  );
  const bundled = new Set(packages.map((one) => `${one.name}@${one.version}`));
  const bundledComponents = bill.components.filter((component) => bundled.has(component["bom-ref"]));
  const missing = packages.filter(
    (one) => !bundledComponents.some(({ "bom-ref": ref }) => ref === `${one.name}@${one.version}`),
  );
  if (missing.length > 0)
    throw new Error(`npm knows nothing of ${missing.map((one) => one.name).join(", ")}`);
  const bun = {
    "bom-ref": `bun@${bunVersion}`,
    type: "platform",
    name: "bun",
    version: bunVersion,
    scope: "required",
    description: "The JavaScript runtime that is in the executable",
    purl: `pkg:generic/bun@${bunVersion}`,
    externalReferences: [{ type: "website", url: "https://bun.com/" }],
    licenses: [{ license: { id: "MIT" } }],
  };
  const components = [...bundledComponents, bun, ...glibc.map(glibcComponent)];
  const refs = components.map((component) => component["bom-ref"]);
  const known = new Set(refs);
  const self = { ...bill.metadata.component, type: "application", name };
  const dependencies = [
    { ref: self["bom-ref"], dependsOn: refs },
    ...bill.dependencies
      .filter(({ ref }) => known.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => known.has(other)) })),
  ];
  return `${JSON.stringify(
    {
      $schema: bill.$schema,
      bomFormat: bill.bomFormat,
      specVersion: bill.specVersion,
      version: 1,
      metadata: { component: { ...self, version } },
      components,
      dependencies,
    },
    null,
    2,
  )}\n`;
}

function glibcComponent({ package: name, version, architecture, sha256 }) {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`;
  return {
    "bom-ref": purl,
    type: "library",
    name,
    version,
    scope: "optional",
    description: `The glibc in the archive for linux_${architecture}, used on systems without one; the hash is the package's`,
    purl,
    hashes: [{ alg: "SHA-256", content: sha256 }],
    externalReferences: [
      {
        type: "source-distribution",
        url: `https://snapshot.debian.org/package/glibc/${encodeURIComponent(version)}/`,
      },
    ],
    licenses: [{ license: { id: "LGPL-2.1-or-later" } }],
  };
}
