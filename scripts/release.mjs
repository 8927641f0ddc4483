// Builds release/: for each platform a zip with one self-contained executable, the manifest, the checksums and their signature,
// as a Terraform registry wants them, and a bill of materials. The same commit gives the same bytes.
//
//   node scripts/release.mjs [--platform linux_amd64]... [--output release] [--licences]
//
// Signs with the GPG key that GPG_FINGERPRINT names. --licences only checks the licences of what is bundled, and lists them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { billOfMaterials } from "./release/bill-of-materials.mjs";
import { bundledPackages, noticesText } from "./release/bundled.mjs";
import { createBlob, createExecutable } from "./release/executable.mjs";
import { fetchNodeBinary } from "./release/node-binary.mjs";
import { hostPlatform, NODE_VERSION, PLATFORMS } from "./release/platforms.mjs";
import { createZip } from "./release/zip.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const NAME = "terraform-provider-kakaocloud";

const { values: options } = parseArgs({
  options: {
    platform: { type: "string", multiple: true, default: PLATFORMS.map(({ name }) => name) },
    output: { type: "string", default: join(root, "release") },
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
  const host = hostPlatform();
  if (host === undefined) throw new Error(`a release cannot be built on ${process.platform} ${process.arch}`);
  const { binary: hostNode, licence } = await fetchNodeBinary(host);
  if (licence === undefined) throw new Error(`${host.package} comes without Node's licence`);
  const notices = noticesText(packages, NODE_VERSION, readFileSync(licence, "utf8"));

  rmSync(options.output, { recursive: true, force: true });
  mkdirSync(options.output, { recursive: true });
  const files = [];
  const write = (name, content) => {
    writeFileSync(join(options.output, name), content);
    files.push(name);
  };

  // A code cache can only be made where it is used; elsewhere the program is compiled at each start.
  const plainBlob = await createBlob(dist, hostNode, { codeCache: false });
  const cachedBlob = await createBlob(dist, hostNode, { codeCache: true });
  for (const platform of PLATFORMS.filter(({ name }) => options.platform.includes(name))) {
    const { binary } = await fetchNodeBinary(platform);
    const [os] = platform.name.split("_");
    const executable = await createExecutable(binary, platform === host ? cachedBlob : plainBlob, os);
    const zip = createZip([
      { name: `${NAME}_v${version}${os === "windows" ? ".exe" : ""}`, mode: 0o755, content: executable },
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
    billOfMaterials({ name: NAME, version, packages, nodeVersion: NODE_VERSION }),
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
