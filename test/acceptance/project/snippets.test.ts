import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findCli, SOURCE_ADDRESS, writeCliConfig } from "../../../scripts/cli-config.mjs";
import { INSTANCE, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { useEmulator } from "../../harness/emulator.ts";
import { startGroup } from "../../harness/process-group.ts";
import { requireOrSkip } from "../../harness/requirements.ts";
import { PAGES, snippetsOf, snippetWith } from "../../harness/snippets.ts";
import { createWorkspace, requireCliSince, requireTerraform } from "../../harness/terraform-cli.ts";
import { bundleFixtureProvider } from "../../protocol/conformance/fixture.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TESTING = "docs/guides/testing.md";
const EMULATOR_ADDRESS = "http://127.0.0.1:8080";

/** Runs a block for a shell as a person pastes it, in a folder of its own; what it leaves running ends with the test. */
async function paste(commands: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const tools = join(cwd, ".tools");
  mkdirSync(tools);
  symlinkSync(findCli() ?? "", join(tools, "terraform"));
  symlinkSync(join(ROOT, "bin/kakaocloud-emulator"), join(tools, "kakaocloud-emulator"));
  const { output, finished } = startGroup("bash", ["-c", commands], {
    cwd,
    env: { PATH: `${tools}:${process.env.PATH}`, HOME: cwd, ...env },
    // What it leaves running may hold its outputs.
    until: "exit",
  });
  const code = await finished;
  return { code, output: output() };
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => settle(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "snippet-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("what is shown", () => {
  /** A stand-in for the official provider, beside which pages show this one. */
  let official: string;
  beforeAll(async () => {
    official = await bundleFixtureProvider("kakaocloud");
  });
  beforeEach(requireTerraform);

  it.each(PAGES.filter((page) => snippetsOf(page, "terraform").length > 0))(
    "on %s is formatted as terraform fmt formats it",
    async (page) => {
      const blocks = snippetsOf(page, "terraform").map((code, index) => [`block-${index}.tf`, code] as const);
      const tf = createWorkspace({ files: Object.fromEntries(blocks) });
      const { stdout, stderr } = await tf.run(["fmt", "-check", "-diff"]);
      expect(stdout + stderr).toBe("");
    },
  );

  it("in the README creates an image", async () => {
    const code = snippetWith("README.md", "terraform", "golden");
    const [, volume = ""] = /volume_id = "(.*)"/.exec(code) ?? [];
    const cloud = await useEmulator({
      profile: "instant",
      volumes: [{ id: volume, is_bootable: true, is_root: true }],
    });
    const block = cloud.providerBlock.replace('"kakaocloud"', '"images"');
    const tf = createWorkspace({
      files: { "main.tf": code.replace('provider "images" {}', block), "versions.tf": "" },
      source: SOURCE_ADDRESS,
      others: { "kakaoenterprise/kakaocloud": official },
    });
    await tf.apply();
    expect(cloud.leftovers()).toMatchObject([{ name: "golden-web", volume_id: volume, status: "active" }]);
    expect((await tf.run(["plan", "-detailed-exitcode"])).code).toBe(0);
    await tf.succeed(["destroy", "-auto-approve"]);
  });

  it("in the README lets init install the provider from a mirror", async () => {
    const folder = useFolder();
    // The mirror as it is unpacked; that a release's zip can lie in it is tested with the release.
    writeCliConfig(folder, {
      devOverrides: false,
      others: [{ source: "kakaoenterprise/kakaocloud", folder: dirname(official) }],
    });
    const mirror = JSON.stringify(join(folder, "mirror"));
    const config = snippetWith("README.md", "hcl", "filesystem_mirror")
      .replace('"/opt/terraform"', mirror)
      // What is not from the mirror comes from the network; here that is the same folder.
      .replace("direct {", `filesystem_mirror {\n    path = ${mirror}`);
    writeFileSync(join(folder, "own.tfrc"), config);
    const tf = createWorkspace({
      files: { "main.tf": snippetWith("README.md", "terraform", "golden"), "versions.tf": "" },
      env: { TF_CLI_CONFIG_FILE: join(folder, "own.tfrc") },
    });
    await tf.succeed(["init"]);
    expect(tf.read(".terraform.lock.hcl")).toContain(`provider "${SOURCE_ADDRESS}"`);
    await tf.succeed(["validate"]);
  });

  it("in the guide on golden images creates a new image for each build, and shares it before the old share ends", async () => {
    const page = "docs/guides/golden-images.md";
    const cloud = await useEmulator({ profile: "instant" });
    const variables = ["instance_id", "build", "project_ids"]
      .map((name) => `variable "${name}" {}\n`)
      .join("");
    const files = {
      "variables.tf": variables.replace('"project_ids" {}', '"project_ids" { type = set(string) }'),
      "provider.tf": cloud.providerBlock,
    };
    const tf = createWorkspace({
      files: { ...files, "main.tf": snippetWith(page, "terraform", "create_before_destroy") },
    });
    const set = (build: string) => [
      `-var=instance_id=${INSTANCE}`,
      `-var=build=${build}`,
      '-var=project_ids=["0b1c2d3e4f5061728394a5b6c7d8e9f0"]',
    ];
    await tf.apply(...set("1"));
    const [first] = cloud.leftovers();
    expect(first).toMatchObject({ name: "web-1", volume_id: ROOT_VOLUME, members: [{ status: "pending" }] });

    await tf.apply(...set("2"));
    const [second, ...others] = cloud.leftovers();
    expect(others).toEqual([]);
    expect(second).toMatchObject({ name: "web-2", volume_id: ROOT_VOLUME, members: [{ status: "pending" }] });
    expect(second?.id).not.toBe(first?.id);
    const writes = cloud
      .journal()
      .filter(({ method, path }) => method !== "GET" && path.includes("/images/"));
    expect(
      writes
        .slice(-3)
        .map(({ method, path }) => `${method} ${path.includes(`${second?.id}`) ? "new" : "old"}`),
    ).toEqual(["POST new", "DELETE old", "DELETE old"]);

    const rule = cloud.addRule({
      match: { method: "POST", path: "/image$" },
      fault: { kind: "status", status: 403 },
    });
    expect((await tf.run(["apply", "-auto-approve", ...set("3")])).code).toBe(1);
    expect(cloud.leftovers()).toEqual([second]);
    cloud.removeRule(rule.id);

    const consumer = createWorkspace({
      files: { ...files, "main.tf": snippetWith(page, "terraform", "newest_image_id") },
    });
    await consumer.apply(...set("2"));
    const outputs = JSON.parse((await consumer.succeed(["output", "-json"])).stdout);
    expect(outputs.newest_image_id.value).toBe(second?.id);
    await tf.succeed(["destroy", "-auto-approve", ...set("2")]);
    expect(cloud.leftovers()).toEqual([]);
  });

  it("on the first page of the provider is a valid configuration, each block of it", async () => {
    for (const code of snippetsOf("docs/index.md", "terraform")) {
      const files = { "main.tf": code, ...(code.includes("required_providers") && { "versions.tf": "" }) };
      await createWorkspace({ files }).succeed(["validate"]);
    }
  });

  it("in the guide on the official provider lets init install both", async () => {
    const folder = useFolder();
    writeCliConfig(folder, {
      devOverrides: false,
      others: [{ source: "kakaoenterprise/kakaocloud", folder: dirname(official) }],
    });
    const mirror = JSON.stringify(join(folder, "mirror"));
    const page = "docs/guides/migrating.md";
    const config = snippetWith(page, "hcl", "filesystem_mirror")
      .replace('"/opt/terraform"', mirror)
      .replace("direct {", `filesystem_mirror {\n    path = ${mirror}`);
    writeFileSync(join(folder, "own.tfrc"), config);
    const code = snippetWith(page, "terraform", "required_providers");
    const variables = [...new Set(code.match(/(?<=var\.)\w+/g))].map((name) => `variable "${name}" {}\n`);
    const tf = createWorkspace({
      files: { "main.tf": code, "variables.tf": variables.join(""), "versions.tf": "" },
      env: { TF_CLI_CONFIG_FILE: join(folder, "own.tfrc"), FIXTURE_VOLUMES: "data,root" },
    });
    await tf.succeed(["init"]);
    await tf.succeed(["validate"]);
  });
});

describe("what is to be pasted from the guide on testing", () => {
  beforeEach(requireTerraform);

  it("breaks the first request that creates an image, after it was created", async (context) => {
    requireOrSkip(context, "curl", spawnSync("curl", ["--version"]).error === undefined);
    const cloud = await useEmulator({ profile: "instant" });
    const code = snippetWith(TESTING, "shell", "reset-after");
    expect(code).toContain(EMULATOR_ADDRESS);
    const pasted = await paste(code.replaceAll(EMULATOR_ADDRESS, cloud.url), useFolder());
    expect(pasted.code, pasted.output).toBe(0);
    expect(cloud.rules()).toMatchObject([{ match: { nth: 1 }, fault: { kind: "reset-after" } }]);
    const tf = createWorkspace({
      files: {
        "provider.tf": cloud.providerBlock,
        "main.tf": `resource "kakaocloud_image" "x" {\n  name = "golden-web"\n  volume_id = "${ROOT_VOLUME}"\n}\n`,
      },
    });
    await tf.apply();
    expect(cloud.leftovers()).toHaveLength(1);
    expect(cloud.rules()).toMatchObject([{ hits: 1 }]);
  });

  it("tests the example with the emulator beside it", async (context) => {
    requireCliSince(context, { Terraform: 7, OpenTofu: 8 }, "the command test with mocks");
    const folder = useFolder();
    cpSync(join(ROOT, "examples/terraform-test"), folder, { recursive: true });
    const port = String(await freePort());
    const code = snippetWith(TESTING, "shell", "terraform test");
    const there = await paste(
      `sed -i.bak s/8080/${port}/ tests/*.tftest.hcl && ${code.replaceAll("8080", port)}`,
      folder,
      { TF_CLI_CONFIG_FILE: writeCliConfig(join(folder, "cli"), { offline: true }), CHECKPOINT_DISABLE: "1" },
    );
    expect(there.code, there.output).toBe(0);
    expect(there.output).toContain("Success!");
    const left = await fetch(`http://127.0.0.1:${port}/_emu/leftovers`);
    expect(await left.json()).toEqual({ images: [] });
  });
});
