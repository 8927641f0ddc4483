import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { createKakaoCloudProvider } from "../../src/provider/provider.ts";
import { useEmulator } from "../harness/emulator.ts";
import { createWorkspace, requireTerraform } from "../harness/terraform-cli.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const NOUNS = ["resources", "data-sources"].flatMap((kind) =>
  readdirSync(join(EXAMPLES, kind)).map((noun) => `${kind}/${noun}`),
);

beforeEach(requireTerraform);

/** The .tf files of a folder in examples/, those that import things left out unless asked for: what they name is not there to import. */
function configurationOf(folder: string, withImports = false): Record<string, string> {
  const files = readdirSync(join(EXAMPLES, folder)).filter(
    (file) => file.endsWith(".tf") && (withImports || !file.startsWith("import-")),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(EXAMPLES, folder, file), "utf8")]));
}

test("every resource and data source has an example", () => {
  const { resources, dataSources } = createKakaoCloudProvider("0.0.0", {});
  const expected = [
    ...Object.keys(resources).map((name) => `resources/${name}`),
    ...Object.keys(dataSources).map((name) => `data-sources/${name}`),
  ];
  expect(NOUNS.toSorted()).toEqual(expected.toSorted());
});

test.each(["provider", "golden-image", "adopting-images", ...NOUNS])(
  "%s is a valid configuration",
  async (folder) => {
    // Each example says itself where the provider comes from.
    const workspace = createWorkspace({ files: { ...configurationOf(folder, true), "versions.tf": "" } });
    await workspace.succeed(["validate"]);
    expect((await workspace.run(["fmt", "-check", "-diff"])).stdout).toBe("");
  },
);

test.each(NOUNS)("%s runs as it is", async (folder) => {
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

test("the golden image is made, shared and found by its name, and plans nothing the second time", async () => {
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
