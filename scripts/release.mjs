// Builds release/: for each platform a zip with a self-contained program, the manifest, the checksums and their signature,
// as a Terraform registry wants them, and a bill of materials. The same commit gives the same bytes.
//
//   node scripts/release.mjs [--platform linux_amd64]... [--output release] [--runtime bun] [--licences]
//
// Signs with the GPG key that GPG_FINGERPRINT names. --runtime is the path of another Bun than the pinned one, of the same version, for the
// one platform that is named. --licences only checks the licences of what is bundled, and lists them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { billOfMaterials } from "./release/bill-of-materials.mjs";
import { bundledPackages, noticesText } from "./release/bundled.mjs";
import { createExecutable } from "./release/executable.mjs";
import { GLIBC_PACKAGES } from "./release/glibc.mjs";
import { programFiles, systemFiles } from "./release/package-files.mjs";
import { BUN_VERSION, PLATFORMS } from "./release/platforms.mjs";
import { fetchRuntimeLicences } from "./release/runtime.mjs";
import { createZip } from "./release/zip.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const NAME = "terraform-provider-kakaocloud";

const { values: options } = parseArgs({
  options: {
    platform: { type: "string", multiple: true, default: PLATFORMS.map(({ name }) => name) },
    output: { type: "string", default: join(root, "release") },
    runtime: { type: "string" },
    licences: { type: "boolean", default: false },
  },
});

const dist = join(root, "dist");
const packages = bundledPackages(dist);
if (options.licences) {
  for (const { name, version: found, license } of packages) console.log(`${name} ${found}: ${license}`);
} else {
  await release();
}

async function release() {
  if (options.runtime !== undefined && options.platform.length !== 1)
    throw new Error("--runtime is for one platform: name it with --platform");
  const notices = noticesText(packages, `Bun ${BUN_VERSION}`, await fetchRuntimeLicences());

  rmSync(options.output, { recursive: true, force: true });
  mkdirSync(options.output, { recursive: true });
  const files = [];
  const write = (name, content) => {
    writeFileSync(join(options.output, name), content);
    files.push(name);
  };

  for (const platform of PLATFORMS.filter(({ name }) => options.platform.includes(name))) {
    const executable = await createExecutable(dist, platform, options.runtime);
    const zip = createZip([
      ...programFiles(platform, executable, `${NAME}_v${version}`),
      ...(await systemFiles(platform)),
      { name: "LICENSE.txt", mode: 0o644, content: readFileSync(join(root, "LICENSE")) },
      { name: "THIRD-PARTY-NOTICES.txt", mode: 0o644, content: Buffer.from(notices) },
    ]);
    const name = `${NAME}_${version}_${platform.name}.zip`;
    write(name, zip);
    console.log(`${name}: ${megabytes(zip)} MB, unpacked ${megabytes(executable)} MB`);
  }

  cpSync(
    join(root, "terraform-registry-manifest.json"),
    join(options.output, `${NAME}_${version}_manifest.json`),
  );
  files.push(`${NAME}_${version}_manifest.json`);
  write(
    `${NAME}_${version}_sbom.cdx.json`,
    billOfMaterials({
      name: NAME,
      version,
      packages,
      bunVersion: BUN_VERSION,
      glibc: GLIBC_PACKAGES,
    }),
  );
  writeChecksums(files);
}

function writeChecksums(files) {
  const sums = join(options.output, `${NAME}_${version}_SHA256SUMS`);
  const line = (name) => {
    const sum = createHash("sha256").update(readFileSync(join(options.output, name)));
    return `${sum.digest("hex")}  ${name}\n`;
  };
  writeFileSync(sums, files.sort().map(line).join(""));
  const key = process.env.GPG_FINGERPRINT;
  if (!key) return console.log("not signed: GPG_FINGERPRINT names no key");
  execFileSync("gpg", [
    "--batch",
    "--yes",
    "--local-user",
    key,
    "--output",
    `${sums}.sig`,
    "--detach-sign",
    sums,
  ]);
  console.log(`signed by ${key}`);
}

function megabytes({ length }) {
  return (length / 1e6).toFixed(1);
}
