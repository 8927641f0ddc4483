import { readdirSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { useEmulator } from "../../harness/emulator.ts";
import { spawnPlugin } from "../../harness/plugin-process.ts";
import { cliVersion, createWorkspace, requireTerraform } from "../../harness/terraform-cli.ts";
import official from "../../unit/provider/official-schema.json" with { type: "json" };
import { GOLDEN, useImageWorkspace } from "../image/image-workspace.ts";

beforeEach(requireTerraform);

interface Block {
  readonly attributes?: Readonly<Record<string, Record<string, unknown>>>;
}

/** A block of `terraform providers schema -json` without descriptions, as the official schema is written down. */
function bare({ attributes = {} }: Block): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(attributes).map(
      ([name, { description: _, description_kind: __, nested_type, ...facts }]) => {
        const nested = nested_type as (Block & { readonly nesting_mode: string }) | undefined;
        return [
          name,
          nested
            ? { ...facts, nested_type: { attributes: bare(nested), nesting_mode: nested.nesting_mode } }
            : facts,
        ];
      },
    ),
  );
}

const bareSchemas = (
  schemas: Readonly<Record<string, { readonly block: Block; readonly version: number }>>,
) =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, { block, version }]) => [name, { attributes: bare(block), version }]),
  );

describe("the schema", () => {
  it("SC-05 is to Terraform what the official provider's is: types, flags, nesting and versions", async () => {
    const tf = createWorkspace({ files: {} });
    const { stdout } = await tf.succeed(["providers", "schema", "-json"]);
    const ours = JSON.parse(stdout).provider_schemas[`${cliVersion().registry}/kakaoenterprise/kakaocloud`];
    expect({
      provider: bareSchemas({ provider: ours.provider }).provider,
      resources: bareSchemas(ours.resource_schemas),
      data_sources: bareSchemas(ours.data_source_schemas),
    }).toEqual(official);
  });
});

describe("configurations", () => {
  it("CF-04 of two aliases are two providers, each with its own cloud", async () => {
    const image = (id: string) => ({ images: [{ id, name: "golden" }] });
    const ids = ["3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90", "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e91"] as const;
    const [first, second] = [await useEmulator(image(ids[0])), await useEmulator(image(ids[1]))];
    const block = (alias: string, region: string, providerBlock: string) =>
      providerBlock.replace("{\n", `{\n  alias = "${alias}"\n  region = "${region}"\n`);
    const data = (name: string, id: string) =>
      `data "kakaocloud_image" "${name}" {\n  provider = kakaocloud.${name}\n  id = "${id}"\n}\n`;
    const tf = createWorkspace({
      files: {
        "main.tf": [
          block("first", "kr-central-1", first.providerBlock),
          block("second", "kr-central-2", second.providerBlock),
          data("first", ids[0]),
          data("second", ids[1]),
        ].join("\n"),
      },
    });
    await tf.apply();
    for (const [cloud, id] of [
      [first, ids[0]],
      [second, ids[1]],
    ] as const) {
      const read = cloud.journal().filter(({ path }) => path.includes("/images/"));
      expect(new Set(read.map(({ path }) => path.split("/").at(-1)))).toEqual(new Set([id]));
    }
  });
});

describe("a process in debug mode", () => {
  it("RA-01 serves init, plan, apply and destroy, outlives an interrupt of one, and ends by its own", async () => {
    const workspace = await useImageWorkspace(GOLDEN);
    const { tf } = workspace;
    const plugin = spawnPlugin({ args: ["--debug"], tls: false, env: { TF_PLUGIN_MAGIC_COOKIE: undefined } });
    await expect.poll(() => plugin.stdout(), { timeout: 10_000 }).toContain("Ctrl-C");
    const [, TF_REATTACH_PROVIDERS = ""] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(plugin.stdout()) ?? [];
    const env = { TF_REATTACH_PROVIDERS };
    await tf.succeed(["init"], { env });
    for (const command of [["plan"], ["apply", "-auto-approve"], ["plan", "-detailed-exitcode"]]) {
      await tf.succeed(command, { env });
    }
    workspace.cloud.changeSettings({ savingMs: 60_000 });
    workspace.configure(`count = 2\n  ${GOLDEN.replace("golden-web", `golden-\${count.index}`)}`);
    const running = tf.start(["apply", "-auto-approve"], { env });
    await running.printed(/Still creating|Creating\.\.\./);
    await expect.poll(() => workspace.requests("GET", /\/images\//), { timeout: 10_000 }).toBeGreaterThan(6);
    running.interrupt();
    expect((await running.finished).code).toBe(1);
    workspace.cloud.changeSettings({ savingMs: 50 });
    await tf.succeed(["destroy", "-auto-approve"], { env });
    expect(workspace.cloud.leftovers()).toEqual([]);
    // It was this one process all the time.
    expect(plugin.child.exitCode).toBeNull();
    plugin.child.kill("SIGINT");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(readdirSync(plugin.tmpDir)).toEqual([]);
  });

  it("HS-08 uses no TLS when Terraform is configured so", async () => {
    const { tf } = await useImageWorkspace(GOLDEN);
    await tf.succeed(["plan"], { env: { TF_DISABLE_PLUGIN_TLS: "1" } });
  });

  it("SD-06 does not outlive a Terraform that was killed", async () => {
    const workspace = await useImageWorkspace(GOLDEN, { settings: { savingMs: 60_000 } });
    const running = workspace.tf.start(["apply", "-auto-approve"]);
    await expect.poll(() => workspace.requests("GET", /\/images\//), { timeout: 20_000 }).toBeGreaterThan(1);
    running.signal("SIGKILL");
    // Rejects when a process of the group is left.
    expect((await running.finished).code).toBeNull();
  });
});
