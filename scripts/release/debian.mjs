// Gets pinned packages from Debian's archive, with apt-get: as any user, whatever the machine itself has installed. They are kept in the
// user's cache folder and verified at each use; a package that is not the pinned one is refused.
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CACHE, RuntimeMissing, verifyFile } from "./runtime.mjs";

const run = promisify(execFile);

/** Debian's archive as it is, and as it was when the pins were set: a package that has been superseded is in the second only. */
const ARCHIVES = [
  (name) => `http://deb.debian.org/${name}`,
  (name) => `http://snapshot.debian.org/archive/${name}/20261101T000000Z`,
];
const SUITES = [
  ["debian", "bookworm"],
  ["debian-security", "bookworm-security"],
];

/**
 * Unpacks packages, each given as `{ package, version, architecture, sha256 }`, into a new folder, which the caller removes. Throws
 * RuntimeMissing where one cannot be fetched, and another error when one is not the pinned one.
 */
export async function unpackDebianPackages(packages) {
  const files = await fetchDebianPackages(packages);
  const folder = mkdtempSync(join(tmpdir(), "debian-"));
  try {
    for (const file of files) await run("dpkg-deb", ["-x", file, folder]);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw missingTool(error, "dpkg-deb");
  }
  return folder;
}

async function fetchDebianPackages(packages) {
  const folder = join(CACHE, "debian");
  mkdirSync(folder, { recursive: true });
  const files = [];
  for (const pinned of packages) {
    const file = join(folder, fileName(pinned));
    if (!existsSync(file)) await download(pinned, file);
    verifyFile(file, pinned.sha256);
    files.push(file);
  }
  return files;
}

/** As Debian calls it. */
const fileName = ({ package: name, version, architecture }) =>
  `${name}_${version.replace(/^\d+:/, "")}_${architecture}.deb`;

async function download(pinned, file) {
  const failures = [];
  for (const archive of ARCHIVES) {
    try {
      return await downloadFrom(archive, pinned, file);
    } catch (error) {
      const explained = missingTool(error, "apt-get", file);
      if (explained !== error) throw explained;
      failures.push(error);
    }
  }
  const { package: name, version } = pinned;
  throw new RuntimeMissing(
    `${name} ${version} cannot be fetched from Debian's archive; it can be put there by hand: ${file}`,
    { cause: new AggregateError(failures) },
  );
}

async function downloadFrom(archive, pinned, file) {
  const { package: name, version, architecture } = pinned;
  // A folder of its own for all that apt keeps, so that neither root nor the machine's own lists are needed.
  const apt = mkdtempSync(join(tmpdir(), "apt-"));
  try {
    for (const folder of ["state/lists/partial", "cache/archives/partial", "packages"])
      mkdirSync(join(apt, folder), { recursive: true });
    // What is downloaded is checked against its pin, so that no machine needs Debian's keys. A snapshot is older than apt accepts.
    const sources = SUITES.map(
      ([suite, release]) => `deb [trusted=yes check-valid-until=no] ${archive(suite)} ${release} main\n`,
    );
    writeFileSync(join(apt, "sources.list"), sources.join(""));
    const settings = {
      "Dir::Etc::sourcelist": join(apt, "sources.list"),
      "Dir::Etc::sourceparts": "/dev/null",
      "Dir::State": join(apt, "state"),
      "Dir::State::status": "/dev/null",
      "Dir::Cache": join(apt, "cache"),
      "APT::Sandbox::User": "root",
      "APT::Architecture": architecture,
      "APT::Architectures": architecture,
      "Acquire::Languages": "none",
      "Acquire::Retries": "2",
      "Acquire::http::Timeout": "20",
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
    const aptGet = (...args) =>
      run("apt-get", ["-qq", ...options, ...args], { cwd: join(apt, "packages"), timeout: 300_000 });
    await aptGet("update");
    await aptGet("download", `${name}:${architecture}=${version}`);
    const [downloaded] = readdirSync(join(apt, "packages"));
    if (downloaded === undefined) throw new Error(`apt-get downloaded no package ${name}`);
    const found = join(apt, "packages", downloaded);
    verifyFile(found, pinned.sha256);
    const fresh = `${file}-${process.pid}`;
    copyFileSync(found, fresh);
    renameSync(fresh, file);
  } finally {
    rmSync(apt, { recursive: true, force: true });
  }
}

/** The error, or what it means when there is no such program. */
function missingTool(error, tool, file) {
  if (error.code !== "ENOENT") return error;
  const otherwise = file === undefined ? "" : `, or put the package there by hand: ${file}`;
  return new RuntimeMissing(`${tool} is needed for packages of Debian: install it${otherwise}`, {
    cause: error,
  });
}
