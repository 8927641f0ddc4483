import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { version } from "../../../package.json" with { type: "json" };
import { RuntimeMissing } from "../../../scripts/release/runtime.mjs";
import { releaseLater } from "../../harness/cleanup.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../../scripts/release.mjs", import.meta.url));

/** The start of the names of a release's files. */
export const PREFIX = `terraform-provider-kakaocloud_${version}`;
/** The executable's name inside the archives, on Windows with `.exe`. */
export const EXECUTABLE = `terraform-provider-kakaocloud_v${version}`;
/** The platform that packaged providers are run on. */
export const LINUX = "linux_amd64";

/** Whether this machine runs them. */
export const CAN_RUN = `${process.platform} ${process.arch}` === "linux x64";

/** What `RELEASE_PLATFORMS=all` builds: each takes a download once, and some seconds. */
export const PLATFORMS =
  process.env.RELEASE_PLATFORMS === "all"
    ? [LINUX, "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64", "windows_arm64"]
    : [LINUX];

/** A built release. */
export interface Release {
  readonly folder: string;
  read(name: string): Buffer;
}

/** A folder that is removed at the end of the test or file. */
export function useFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Builds a release as `make release` does. Throws RuntimeMissing when what goes into it cannot be fetched. */
export async function buildRelease(
  platforms: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Release> {
  const folder = useFolder("release-");
  const args = platforms.flatMap((platform) => ["--platform", platform]);
  try {
    await run(process.execPath, [SCRIPT, "--output", folder, ...args], { env: { ...process.env, ...env } });
  } catch (error) {
    const text = String(error);
    if (text.includes("RuntimeMissing")) throw new RuntimeMissing(text);
    throw error;
  }
  return { folder, read: (name) => readFileSync(join(folder, name)) };
}
