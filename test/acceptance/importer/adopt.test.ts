import { beforeEach, describe, expect, it } from "vitest";
import type { ImageSeed } from "../../../src/emulator/api/image/seed.ts";
import { type TestEmulator, useEmulator } from "../../harness/emulator.ts";
import { runImport } from "../../harness/import-command.ts";
import { PROVIDER_EXECUTABLE } from "../../harness/plugin-process.ts";
import { createWorkspace, requireCliSince, type Workspace } from "../../harness/terraform-cli.ts";

beforeEach((context) => requireCliSince(context, { Terraform: 5, OpenTofu: 5 }, "an import block"));

const PROJECTS = ["0b1c2d3e4f5061728394a5b6c7d8e9f0", "1c2d3e4f5061728394a5b6c7d8e9f00b"] as const;
const OTHER_OWNER = "1c2d3e4f5061728394a5b6c7d8e9f00b";

const idOf = (index: number): string => `3c0f5b1e-8f0a-4c55-9f0e-${String(index).padStart(12, "0")}`;

/** Names that are hard for somebody: for HCL, for labels, for eyes, for file encodings. */
const ODD_NAMES = [
  'a "quoted" name',
  "back\\slash\\",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: HCL, not JavaScript
  "${path.module}",
  "%{ if true }x%{ endif }",
  "$${x} $$ %% %%{y} $",
  "우분투 22.04",
  "우분투".normalize("NFD"),
  "Ubuntu 22.04",
  "22.04",
  "e\u0301te\u0301 Größe",
  "👩🏽‍💻 image",
  "right\u202eleft\u2028line",
  "  blanks  ",
  "a",
  "# comment // and /* more */",
  "<<EOT",
  "golden--web__x",
  "x".repeat(250),
  "same name",
  "same name",
  "Same-Name",
];

const seeds = (count: number): readonly ImageSeed[] =>
  Array.from({ length: count }, (_, index) => ({
    id: idOf(index),
    name: ODD_NAMES[index] ?? `golden-${index}`,
    description:
      [null, "-", "", "made by hand", 'with "quotes" and \\', "한글 설명", "too fancy: é"][index % 7] ?? null,
    members: index % 100 === 3 ? PROJECTS.map((id) => ({ id })) : [],
    created_at: `2025-03-04T05:${String(Math.floor(index / 60)).padStart(2, "0")}:${String(index % 60).padStart(2, "0")}Z`,
  }));

/** A working directory whose provider and whose command talk to one emulator. */
async function useCloud(images: readonly ImageSeed[]): Promise<{ cloud: TestEmulator; tf: Workspace }> {
  const cloud = await useEmulator({ images });
  return { cloud, tf: createWorkspace({ files: { "provider.tf": cloud.providerBlock } }) };
}

const writes = (cloud: TestEmulator) =>
  cloud.journal().filter(({ method, path }) => method !== "GET" && !path.endsWith("/tokens"));

describe("adopting 500 images", () => {
  it("plans 500 imports and nothing else, and then nothing at all", async () => {
    const { cloud, tf } = await useCloud(seeds(500));
    const { code, stdout, stderr } = await runImport(["--out", "images.tf"], { cloud, cwd: tf.directory });
    expect(code, stderr).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain("wrote 500 images to images.tf; left out 5: 5 of other projects");
    expect((await tf.run(["fmt", "-check", "-diff", "images.tf"])).stdout).toBe("");
    await tf.succeed(["init"]);
    await tf.succeed(["validate"]);
    expect((await tf.succeed(["plan"])).text).toContain("500 to import, 0 to add, 0 to change, 0 to destroy");
    expect((await tf.apply()).text).toContain("500 imported, 0 added, 0 changed, 0 destroyed");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
    expect(writes(cloud)).toEqual([]);

    const state = await tf.succeed(["show", "-json"]);
    const again = await runImport(["--exclude-state", "-"], { cloud, stdin: state.stdout });
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toBe("");
    expect(again.stderr).toContain("nothing to adopt, nothing written; left out 505: 500 already managed");
  });

  it("adopts shares as well, and plans nothing for them", async () => {
    const { cloud, tf } = await useCloud(seeds(120));
    const { code, stderr } = await runImport(["--members", "-o", "images.tf"], { cloud, cwd: tf.directory });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("wrote 120 images and the shares of 2 images to images.tf");
    expect((await tf.run(["fmt", "-check", "-diff", "images.tf"])).stdout).toBe("");
    expect((await tf.apply()).text).toContain("122 imported, 0 added, 0 changed, 0 destroyed");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
    expect(writes(cloud)).toEqual([]);
  });

  it("adopts new images beside managed ones, with their shares", async () => {
    const { cloud, tf } = await useCloud(seeds(25));
    await runImport(["--name", "same*", "-o", "first.tf"], { cloud, cwd: tf.directory });
    expect((await tf.apply()).text).toContain("2 imported");
    const state = await tf.succeed(["state", "pull"]);
    tf.write("state.json", state.stdout);
    const rest = await runImport(["--members", "--exclude-state", "state.json", "-o", "rest.tf"], {
      cloud,
      cwd: tf.directory,
    });
    expect(rest.stderr).toContain("wrote 23 images and the shares of 1 image to rest.tf");
    expect(rest.stderr).toContain("2 already managed");
    expect((await tf.apply()).text).toContain("24 imported, 0 added, 0 changed, 0 destroyed");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  });

  it("adopts the shares of a managed image by its ID", async () => {
    const { cloud, tf } = await useCloud(seeds(5));
    await runImport(["-o", "images.tf"], { cloud, cwd: tf.directory });
    await tf.apply();
    tf.write("state.json", (await tf.succeed(["state", "pull"])).stdout);
    await runImport(["--members", "--exclude-state", "state.json", "-o", "shares.tf"], {
      cloud,
      cwd: tf.directory,
    });
    expect(tf.read("shares.tf")).toContain(`id = "${idOf(3)}"\n\n  shared_member_ids`);
    expect((await tf.run(["fmt", "-check", "-diff", "shares.tf"])).stdout).toBe("");
    expect((await tf.apply()).text).toContain("1 imported, 0 added, 0 changed, 0 destroyed");
  });
});

describe("what cannot be adopted", () => {
  it("is left out, with the reason for each, and the plan of the others is free of changes", async () => {
    const { cloud, tf } = await useCloud([
      { id: idOf(1), name: "golden-web" },
      { id: idOf(2), name: "being-made", status: "saving" },
      { id: idOf(3), name: "broken", status: "error" },
      { id: idOf(4), name: "leaving", status: "pending_delete" },
      { id: idOf(5), name: "two\nlines" },
      { id: idOf(6), name: "   " },
      { id: idOf(7), name: "theirs", owner: OTHER_OWNER, visibility: "public" },
      { id: "ffffffff-ffff-ffff-ffff-ffffffffffff", name: "no-uuid" },
    ]);
    const { code, stderr } = await runImport(["-o", "images.tf"], { cloud, cwd: tf.directory });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      `image "being-made" (${idOf(2)}) is left out: it is not ready yet: its status is "saving"`,
    );
    expect(stderr).toContain(
      `image "broken" (${idOf(3)}) is left out: it cannot be used: its status is "error"`,
    );
    expect(stderr).toContain(`image "leaving" (${idOf(4)}) is left out: it is being deleted`);
    expect(stderr).toContain(
      `image "two\\nlines" (${idOf(5)}) is left out: a configuration cannot hold its name`,
    );
    expect(stderr).toContain(`image "   " (${idOf(6)}) is left out: a configuration cannot hold its name`);
    expect(stderr).toContain(
      `image "no-uuid" (ffffffff-ffff-ffff-ffff-ffffffffffff) is left out: its ID is not a UUID`,
    );
    expect(stderr).toMatch(
      /wrote 1 image to images\.tf; left out 12: 6 of other projects .*, 6 that cannot be adopted/,
    );
    expect((await tf.succeed(["plan"])).text).toContain("1 to import, 0 to add, 0 to change, 0 to destroy");
  });
});

it("is a command of the provider's own executable as well", async () => {
  const { cloud } = await useCloud(seeds(30));
  const words = ["--name", "golden*"];
  const separate = await runImport(words, { cloud });
  const built = await runImport(words, { cloud, command: [PROVIDER_EXECUTABLE, "import-images"] });
  expect(built.code, built.stderr).toBe(0);
  expect(separate.code, separate.stderr).toBe(0);
  const withoutHeader = (text: string): string => text.slice(text.indexOf("\n"));
  expect(withoutHeader(built.stdout)).toBe(withoutHeader(separate.stdout));
  expect(built.stdout).toContain('resource "kakaocloud_image" "golden_21"');
  expect(built.stderr).toContain("terraform-provider-kakaocloud import-images: wrote 10 images");
});
