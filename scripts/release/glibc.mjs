// Debian's glibc in a release for Linux, for systems that have none (Alpine): the launcher that takes it there, and the files.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unpackDebianPackages } from "./debian.mjs";

/** Never older than what Debian's current security fixes say: https://security-tracker.debian.org/tracker/source-package/glibc */
export const GLIBC_VERSION = "2.36-9+deb12u14";

/** What differs by platform. `system` is where a system with glibc has the loader, `musl` where one with musl has its own. */
const GLIBC = {
  linux_amd64: {
    architecture: "amd64",
    sha256: "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf",
    folder: "lib/x86_64-linux-gnu",
    system: "/lib64/ld-linux-x86-64.so.2",
    loader: "ld-linux-x86-64.so.2",
    musl: "/lib/ld-musl-x86_64.so.1",
  },
  linux_arm64: {
    architecture: "arm64",
    sha256: "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4",
    folder: "lib/aarch64-linux-gnu",
    system: "/lib/ld-linux-aarch64.so.1",
    loader: "ld-linux-aarch64.so.1",
    musl: "/lib/ld-musl-aarch64.so.1",
  },
};

/** What the executable is linked to, besides the loader. */
const LIBRARIES = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2"];

/** The package of each platform for Linux. */
export const GLIBC_PACKAGES = Object.values(GLIBC).map(({ architecture, sha256 }) => ({
  package: "libc6",
  version: GLIBC_VERSION,
  architecture,
  sha256,
}));

/**
 * The script that Terraform starts: it becomes lib/provider, which keeps the process. A system with musl may have something for a glibc
 * (gcompat) that is not one. LD_PRELOAD is meant for programs of the system's own library, and crashes others.
 */
export function launcher(platform) {
  const { system, loader, musl } = GLIBC[platform.name];
  return `#!/bin/sh
# Starts lib/provider: with the system's glibc, or, where there is none, with the one in lib/.
program=$0
if [ -L "$program" ]; then program=$(readlink -f "$program"); fi
case $program in
  */*) lib=\${program%/*}/lib ;;
  *) lib=lib ;;
esac
# Terraform starts a process for each alias, and most live less than a second: only what runs often becomes machine code, none of it
# is optimized, and code that has not run for a while is dropped. Garbage is collected from 4 MB on, as on a machine of 128 MB.
export BUN_JSC_thresholdForJITAfterWarmUp=10000 BUN_JSC_useDFGJIT=0 BUN_JSC_useEagerCodeBlockJettisonTiming=1
export BUN_JSC_largeHeapSize=4194304 BUN_JSC_forceRAMSize=134217728 BUN_JSC_useWarmUpMarkedBlocks=0
if [ -e ${system} ] && ! [ -e ${musl} ]; then exec "$lib/provider" "$@"; fi
unset LD_PRELOAD LD_AUDIT
exec "$lib/${loader}" --inhibit-cache --library-path '$ORIGIN' --argv0 "$0" "$lib/provider" "$@"
`;
}

/** The files of glibc for a platform, as entries of an archive. Throws as unpackDebianPackages does. */
export async function glibcFiles(platform) {
  const { architecture, folder, loader } = GLIBC[platform.name];
  const unpacked = await unpackDebianPackages(
    GLIBC_PACKAGES.filter((one) => one.architecture === architecture),
  );
  try {
    const entry = (name, mode) => ({
      name: `lib/${name}`,
      mode,
      content: readFileSync(join(unpacked, folder, name)),
    });
    const copyright = readFileSync(join(unpacked, "usr/share/doc/libc6/copyright"), "utf8");
    return [
      entry(loader, 0o755),
      ...LIBRARIES.map((name) => entry(name, 0o644)),
      { name: "lib/GLIBC.txt", mode: 0o644, content: Buffer.from(glibcNotice(copyright)) },
    ];
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

const LGPL = fileURLToPath(new URL("../../LICENSES/LGPL-2.1.txt", import.meta.url));

function glibcNotice(copyright) {
  return `The libraries in this folder are the GNU C Library as Debian publishes it, unchanged: package libc6, version ${GLIBC_VERSION}.
They are used on systems without a glibc of their own. Other builds of the library may be put in their place.

Their source is at https://snapshot.debian.org/package/glibc/${encodeURIComponent(GLIBC_VERSION)}/

What follows is Debian's copyright file, and the licence it names.

${copyright}
${readFileSync(LGPL, "utf8")}`;
}
