import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { OTHER_PROJECTS } from "../../src/emulator/state/defaults.ts";
import { createKakaoCloudProvider } from "../../src/provider/provider.ts";
import { useEmulator } from "../harness/emulator.ts";
import { createWorkspace, requireCliSince, requireTerraform } from "../harness/terraform-cli.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const KINDS = ["resources", "data-sources", "list-resources", "functions"];
const NAMES = KINDS.flatMap((kind) => readdirSync(join(EXAMPLES, kind)).map((name) => `${kind}/${name}`));
const NOUNS = NAMES.filter((name) => /^(resources|data-sources)\//.test(name));
const FUNCTIONS = NAMES.filter((name) => name.startsWith("functions/"));
const LISTS = NAMES.filter((name) => name.startsWith("list-resources/"));

beforeEach(requireTerraform);

/** The .tf files of a folder in examples/, without those that import things: what they name is not there to import. */
function configurationOf(folder: string): Record<string, string> {
  const files = readdirSync(join(EXAMPLES, folder)).filter(
    (file) => file.endsWith(".tf") && !file.startsWith("import-"),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(EXAMPLES, folder, file), "utf8")]));
}

test("every resource, data source, list resource and function has an example", () => {
  const { resources, dataSources, listResources, functions } = createKakaoCloudProvider("0.0.0", {});
  const expected = [
    ...Object.keys(resources).map((name) => `resources/${name}`),
    ...Object.keys(dataSources).map((name) => `data-sources/${name}`),
    ...Object.keys(listResources ?? {}).map((name) => `list-resources/${name}`),
    ...Object.keys(functions ?? {}).map((name) => `functions/${name}`),
  ];
  expect(NAMES.toSorted()).toEqual(expected.toSorted());
});

test.each(["provider", "golden-image", "adopting-images", ...NOUNS])(
  "%s is a valid configuration",
  async (folder) => {
    // Each example says itself where the provider comes from.
    const workspace = createWorkspace({ files: { ...configurationOf(folder), "versions.tf": "" } });
    await workspace.succeed(["validate"]);
    expect((await workspace.run(["fmt", "-check", "-diff"])).stdout).toBe("");
  },
);

test.for([
  ["import-by-string-id.tf", { Terraform: 5, OpenTofu: 5 }],
  ["import-by-identity.tf", { Terraform: 12, OpenTofu: 12 }],
] as const)("every %s is valid beside its resource", async ([file, since], context) => {
  requireCliSince(context, since, file);
  for (const folder of NOUNS.filter((noun) => readdirSync(join(EXAMPLES, noun)).includes(file))) {
    const imports = readFileSync(join(EXAMPLES, folder, file), "utf8");
    const workspace = createWorkspace({
      files: { ...configurationOf(folder), [file]: imports, "versions.tf": "" },
    });
    expect((await workspace.run(["fmt", "-check", "-diff"])).stdout).toBe("");
    await workspace.succeed(["validate"]);
  }
});

test.for(FUNCTIONS)("%s returns the same with the function and without", async (folder, context) => {
  requireCliSince(context, { Terraform: 8, OpenTofu: 7 }, "a function");
  const emulator = await useEmulator({ profile: "instant" });
  const workspace = createWorkspace({
    files: { ...configurationOf(folder), "versions.tf": "", "provider.tf": emulator.providerBlock },
  });
  expect((await workspace.run(["fmt", "-check", "-diff", "function.tf"])).stdout).toBe("");
  await workspace.apply();
  const outputs = JSON.parse((await workspace.succeed(["output", "-json"])).stdout);
  const [first, second, ...others] = Object.values<{ value: unknown }>(outputs).map(({ value }) => value);
  expect(others).toEqual([]);
  expect(first).toBe(second);
});

test.for(LISTS)("%s finds the objects that exist", async (folder, context) => {
  requireCliSince(context, { Terraform: 14, OpenTofu: Number.POSITIVE_INFINITY }, "a query");
  const file = "list-resource.tfquery.hcl";
  const emulator = await useEmulator({
    images: [{ name: "golden-web", members: [{ id: OTHER_PROJECTS[0] }] }],
  });
  const workspace = createWorkspace({
    files: {
      [file]: readFileSync(join(EXAMPLES, folder, file), "utf8"),
      "provider.tf": emulator.providerBlock,
    },
  });
  expect((await workspace.succeed(["query"])).text).toContain("golden-web");
});

test.each(NOUNS)("%s runs without a change", async (folder) => {
  const emulator = await useEmulator({ profile: "instant" });
  const workspace = createWorkspace({
    files: { ...configurationOf(folder), "versions.tf": "", "provider.tf": emulator.providerBlock },
  });
  await workspace.apply();
  const again = await workspace.run(["plan", "-detailed-exitcode"]);
  expect(again.code, again.text).toBe(0);
  await workspace.succeed(["destroy", "-auto-approve"]);
  expect(emulator.leftovers()).toEqual([]);
});

test("the golden image is created, shared and found by its name, and plans nothing the second time", async () => {
  const emulator = await useEmulator({ profile: "instant" });
  const overrides = Object.fromEntries(["iam", "config"].map((service) => [service, emulator.url]));
  const workspace = createWorkspace({
    files: { ...configurationOf("golden-image"), "versions.tf": "" },
    env: { ...emulator.environment, TF_VAR_endpoint_overrides: JSON.stringify(overrides) },
  });
  await workspace.apply();
  const outputs = JSON.parse((await workspace.succeed(["output", "-json"])).stdout);
  const [image] = emulator.leftovers();
  expect(outputs.image_id.value).toBe(image?.id);
  expect(Object.values(outputs.shared_with.value)).toEqual(["pending", "pending"]);
  expect(image?.members.map(({ id }) => id).toSorted()).toEqual(Object.keys(outputs.shared_with.value));

  const again = await workspace.run(["plan", "-detailed-exitcode"]);
  expect(again.code, again.text).toBe(0);
  await workspace.succeed(["destroy", "-auto-approve"]);
  expect(emulator.leftovers()).toEqual([]);
});
