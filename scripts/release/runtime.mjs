// Gets the runtime that executables have in them from the npm registry, once: it is kept in the user's cache folder
// (RUNTIME_CACHE names another). A package is refused that is not the pinned one, and so is a kept file that has changed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { isRequired, missing } from "../requirements.mjs";
import { BUN_VERSION, executableName, hostPlatform, LICENCES } from "./platforms.mjs";

const run = promisify(execFile);

/** The folder for everything that is fetched. */
export const CACHE =
  process.env.RUNTIME_CACHE ?? join(homedir(), ".cache/terraform-provider-kakaocloud/runtime");

/** There is no runtime to be had: for this platform, or without a network. */
export class RuntimeMissing extends Error {
  name = "RuntimeMissing";
}

/** The path of a platform's Bun. Throws RuntimeMissing, or when the package is another than the pinned one. */
export async function fetchRuntime(platform) {
  return fetchFile(platform, join("bin", executableName("bun", platform)));
}

/** The path of the Bun that runs here. Throws as fetchRuntime does. */
export async function fetchHostRuntime() {
  const host = hostPlatform();
  if (host === undefined)
    throw new RuntimeMissing(`there are no releases for ${process.platform} ${process.arch}`);
  /** @type {any} */
  const report = process.report.getReport();
  // The compiler needs a glibc; what it compiles brings one.
  if (process.platform === "linux" && report.header.glibcVersionRuntime === undefined)
    throw new RuntimeMissing("releases cannot be built on a system without glibc");
  return fetchRuntime(host);
}

/** Says what is done without a runtime, and why. Throws other errors, and this one where TEST_REQUIRE lists the runtime. */
export function goWithoutRuntime(error, consequence) {
  if (!(error instanceof RuntimeMissing) || isRequired("runtime")) throw error;
  console.warn(`NOT RUN: ${consequence}: ${missing("runtime", error.message)}`);
}

/** The licences of Bun and of what is linked into it, as text. Throws as fetchRuntime does. */
export async function fetchRuntimeLicences() {
  const page = readFileSync(await fetchFile(LICENCES, LICENCES.file), "utf8");
  return page.replace(/^---\n[\s\S]*?\n---\n/, "").trim();
}

/** Throws when a file is not the one that is pinned by this SHA-256. */
export function verifyFile(path, sha256) {
  const found = createHash("sha256").update(readFileSync(path)).digest("hex");
  if (found !== sha256)
    throw new Error(`${path} is not the pinned file: its SHA-256 is ${found}, not ${sha256}`);
}

/** The path of a file of a pinned package. */
async function fetchFile(pinned, file) {
  const path = join(await fetchPackage(pinned), file);
  verifyFile(path, pinned.sha256);
  return path;
}

/** The folder that a pinned package is unpacked in. */
async function fetchPackage({ package: name, integrity: pinned }) {
  const folder = join(CACHE, `${basename(name)}-${BUN_VERSION}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(join(CACHE, "fetch-"));
  try {
    const spec = `${name}@${BUN_VERSION}`;
    const archive = join(fresh, await pack(spec, fresh));
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (integrity !== pinned) throw new Error(`${spec} is not the pinned package: ${integrity}`);
    await run("tar", ["-xzf", archive, "-C", fresh]);
    try {
      renameSync(join(fresh, "package"), folder);
    } catch (error) {
      // Somebody else was quicker.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

async function pack(spec, folder) {
  try {
    const { stdout } = await run("npm", ["pack", spec, "--silent", "--pack-destination", folder], {
      shell: process.platform === "win32",
    });
    return stdout.trim();
  } catch (cause) {
    throw new RuntimeMissing(`the runtime ${spec} cannot be fetched from the npm registry`, { cause });
  }
}
