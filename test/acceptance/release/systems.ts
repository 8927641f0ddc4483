import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { sourceAddress, version } from "../../../package.json" with { type: "json" };
import { findOnPath } from "../../../scripts/cli-config.mjs";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { requireOrSkip } from "../../harness/requirements.ts";
import { requireTerraform } from "../../harness/terraform-cli.ts";
import { mirrorConfig, writePackedMirror, writeUnpackedMirror } from "./mirrors.ts";
import { type MuslRoot, NoMuslRoot, useMuslRoot } from "./musl-root.ts";
import { CAN_RUN, EXECUTABLE, LINUX, PLATFORMS, PREFIX, type Release, useFolder } from "./release.ts";
import { zipEntries } from "./zip-entries.ts";

const ARM64 = "linux_arm64";
const GLIBC_LOADER = "lib64/ld-linux-x86-64.so.2";
const MUSL_LOADER = "/lib/ld-musl-x86_64.so.1";

/** Unpacks an archive into a folder, with its modes. */
async function unpack(archive: Buffer, folder: string): Promise<void> {
  for (const { name, mode, content } of await zipEntries(archive)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode & 0o777);
  }
}

/** Installs from the mirror in the root, then creates an image, plans nothing, destroys it. */
async function useInRoot({ folder, run }: MuslRoot): Promise<void> {
  const cloud = await useEmulator({ profile: "instant" });
  onTestFinished(() => {
    for (const used of ["mirror", "work"]) rmSync(join(folder, used), { recursive: true });
    mkdirSync(join(folder, "work"));
  });
  const env = { TF_CLI_CONFIG_FILE: "/home/cli.tfrc" };
  writeFileSync(join(folder, "home/cli.tfrc"), mirrorConfig("/mirror"));
  writeFileSync(
    join(folder, "work/main.tf"),
    `terraform {
  required_providers {
    kakaocloud = { source = "${sourceAddress}" }
  }
}
${cloud.providerBlock}
resource "kakaocloud_image" "x" {
  name      = "golden-web"
  volume_id = "${ROOT_VOLUME}"
}
`,
  );
  const terraform = async (...words: readonly string[]) => {
    const { code, text } = await run(["/bin/terraform", ...words, "-no-color"], env);
    expect(code, text).toBe(0);
    return text;
  };
  await terraform("init");
  await terraform("apply", "-auto-approve");
  expect(cloud.leftovers()).toHaveLength(1);
  expect(await terraform("plan", "-detailed-exitcode")).toContain("No changes.");
  await terraform("destroy", "-auto-approve");
  expect(cloud.leftovers()).toEqual([]);
}

/** Tests of a release on a system with musl, such as Alpine. Part of the file that builds it, as a build takes long. */
export function describeSystems(release: () => Release): void {
  describe("on a system with musl", () => testOnMusl(release));
  describe("on a system with glibc", () => {
    it("the launcher uses the system's", async () => {
      const folder = useFolder("package-");
      await unpack(release().read(`${PREFIX}_${LINUX}.zip`), folder);
      const printed = execFileSync(join(folder, EXECUTABLE), ["--version"], { encoding: "utf8" });
      expect(printed).toBe(`terraform-provider-kakaocloud ${version}\n`);
    });
  });
}

function testOnMusl(release: () => Release): void {
  let root: MuslRoot | undefined;
  let missing = "a root with musl is tried on linux_amd64 only";

  beforeAll(async () => {
    if (!CAN_RUN) return;
    try {
      root = await useMuslRoot();
    } catch (error) {
      if (!(error instanceof NoMuslRoot)) throw error;
      missing = error.message;
    }
  }, 600_000);

  beforeEach(requireTerraform);
  beforeEach((context) => {
    if (root !== undefined) return;
    if (CAN_RUN) requireOrSkip(context, "root", false, missing);
    context.skip(missing);
  });

  /** The root, which a test that runs has. */
  function ready(): MuslRoot {
    if (root === undefined) throw new Error("skipped tests do not get here");
    return root;
  }

  describe("the packaged provider", () => {
    it("is installed from a mirror, and creates and destroys an image", async () => {
      const root = ready();
      writePackedMirror(join(root.folder, "mirror"), release());
      await useInRoot(root);
    });

    const arm64 = PLATFORMS.includes(ARM64) ? findOnPath(["qemu-aarch64-static"]) : null;
    it("does the same with the program for arm64, emulated", async (context) => {
      if (arm64 === null)
        return context.skip("needs RELEASE_PLATFORMS=all, and qemu-aarch64-static on the PATH");
      const root = ready();
      const folder = useFolder("arm64-");
      await unpack(release().read(`${PREFIX}_${ARM64}.zip`), folder);
      // The kernel does not know how to start it; the rest of the root, and the CLI, are for this machine.
      const loader = join(folder, "lib/ld-linux-aarch64.so.1");
      renameSync(loader, `${loader}.real`);
      writeFileSync(loader, '#!/bin/sh\nexec /bin/qemu-aarch64-static "$0.real" "$@"\n', { mode: 0o755 });
      copyFileSync(arm64, join(root.folder, "bin/qemu-aarch64-static"));
      writeUnpackedMirror(join(root.folder, "mirror"), folder);
      await useInRoot(root);
    });
  });

  describe("the launcher", () => {
    /** A colon separates the folders of a library path, and others mean something to a shell. */
    const FOLDER = "/opt/a folder: with $odd 'characters'";
    const LAUNCHER = `${FOLDER}/${EXECUTABLE}`;
    const BUNDLED = { code: 0, text: `terraform-provider-kakaocloud ${version} (bundled glibc)\n` };

    beforeEach(async () => {
      const root = ready();
      if (!existsSync(join(root.folder, FOLDER)))
        await unpack(release().read(`${PREFIX}_${LINUX}.zip`), join(root.folder, FOLDER));
    });

    /** Runs a line of shell with the launcher's path as $1 and its folder as $2. */
    const shell = (line: string) => ready().run(["/bin/sh", "-c", line, "sh", LAUNCHER, FOLDER]);

    it("starts what would not start by itself", async () => {
      expect(await shell('"$2/lib/provider" --version')).toMatchObject({ code: 127 });
      expect(await shell('"$1" --version')).toEqual(BUNDLED);
    });

    it.each([
      ["a relative path", `cd "$2" && ./${EXECUTABLE} --version`],
      ["a path through a parent", `cd "$2/lib" && ../${EXECUTABLE} --version`],
      ["the search path", `cd "$2" && PATH=/bin:. && ${EXECUTABLE} --version`],
      ["a symlink", 'ln -sf "$1" /tmp/link && /tmp/link --version'],
      [
        "a relative symlink to a symlink",
        'ln -sf "$1" /tmp/link && ln -sf link /tmp/two && /tmp/two --version',
      ],
      ["a symlink to its folder", 'ln -sfn "$2" /tmp/folder && "/tmp/folder/$(basename "$1")" --version'],
      ["the shell", `cd "$2" && sh ${EXECUTABLE} --version`],
      ["a LD_PRELOAD that does not exist", 'LD_PRELOAD=/nowhere.so "$1" --version 2>/dev/null'],
      ["a LD_PRELOAD of musl's", `LD_PRELOAD=${MUSL_LOADER} "$1" --version`],
      ["musl's folder in LD_LIBRARY_PATH", 'LD_LIBRARY_PATH=/lib/x86_64-linux-musl "$1" --version'],
    ])("works with %s", async (_title, line) => {
      expect(await shell(line)).toEqual(BUNDLED);
    });

    it("does not mistake gcompat for a glibc", async () => {
      const root = ready();
      symlinkSync(MUSL_LOADER, join(root.folder, GLIBC_LOADER));
      try {
        expect((await shell('"$2/lib/provider" --version')).code).not.toBe(0);
        expect(await shell('"$1" --version')).toEqual(BUNDLED);
      } finally {
        rmSync(join(root.folder, GLIBC_LOADER));
      }
    });

    it("becomes the provider, which signals reach", async () => {
      const { text } = await shell(
        `"$1" --debug > /tmp/printed 2> /tmp/logged & pid=$!
      until grep -qs Serving /tmp/logged; do kill -0 $pid || break; done
      grep -o "\\"Pid\\":$pid," /tmp/printed
      kill -TERM $pid; wait $pid; echo "exit code $?"`,
      );
      expect(text).toMatch(/^"Pid":\d+,\nexit code 0\n$/);
    });
  });
}
