// Makes an npm package of the emulator alone, for projects that have Node and want a KakaoCloud to test against. It is not this
// repository's own package: what is built needs no dependencies, and Terraform gets the provider from a release.
//
//   node scripts/package.mjs [folder]    writes kakaocloud-emulator-VERSION.tgz there, and prints its path
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PROGRAM = "bin/kakaocloud-emulator";
const FILES = [PROGRAM, "dist/emulator.js", "LICENSE"];

const destination = resolve(process.argv[2] ?? ROOT);
const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const manifest = {
  name: "kakaocloud-emulator",
  version: own.version,
  description: "A KakaoCloud for tests, on your own machine: images, volumes and instances, without a cloud",
  license: own.license,
  type: own.type,
  engines: own.engines,
  bin: { "kakaocloud-emulator": PROGRAM },
};

const folder = mkdtempSync(join(tmpdir(), "package-"));
try {
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  chmodSync(join(folder, PROGRAM), 0o755);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const guide = readFileSync(join(ROOT, "docs/guides/testing.md"), "utf8");
  writeFileSync(join(folder, "README.md"), guide.replace(/^---\n[\s\S]*?\n---\n\n/, ""));
  mkdirSync(destination, { recursive: true });
  const [name] = execFileSync("npm", ["pack", "--silent", "--pack-destination", destination], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).split("\n");
  console.log(join(destination, name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
