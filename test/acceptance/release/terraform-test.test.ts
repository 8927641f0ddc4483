import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { useEmulator } from "../../harness/emulator.ts";
import { createWorkspace, requireCliSince, type Workspace } from "../../harness/terraform-cli.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/terraform-test", import.meta.url));
const TEST_FILE = "tests/image.tftest.hcl";
const MOCKS_FILE = "tests/mocks.tftest.hcl";

beforeEach((context) =>
  requireCliSince(context, { Terraform: 7, OpenTofu: 8 }, "the command test with mocks"),
);

const readExample = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");

/** The example module, its tests changed by `edit`. */
function useExample(edit: (tests: string) => string): Workspace {
  const tf = createWorkspace({ files: { "main.tf": readExample("main.tf"), "versions.tf": "" } });
  mkdirSync(join(tf.directory, "tests"));
  tf.write(TEST_FILE, edit(readExample(TEST_FILE)));
  return tf;
}

it("tests a module with terraform test, and leaves nothing in the emulator", async () => {
  const cloud = await useEmulator({ profile: "instant" });
  const tf = useExample((tests) => tests.replaceAll("http://127.0.0.1:8080", cloud.url));
  await tf.succeed(["init"]);
  const { text } = await tf.succeed(["test", "-no-color"]);
  expect(text).toContain("Success! 4 passed, 0 failed.");
  expect(cloud.leftovers()).toEqual([]);
});

it("tests a module with mocks, without a credential and without an API", async () => {
  const tf = createWorkspace({ files: { "main.tf": readExample("main.tf"), "versions.tf": "" } });
  mkdirSync(join(tf.directory, "tests"));
  tf.write(MOCKS_FILE, readExample(MOCKS_FILE));
  await tf.succeed(["init"]);
  expect((await tf.succeed(["test", "-no-color"])).text).toContain("Success! 1 passed, 0 failed.");
});

it("sees a module that does not do what its test wants, and still leaves nothing", async () => {
  const cloud = await useEmulator({ profile: "instant" });
  const tf = useExample((tests) =>
    tests
      .replaceAll("http://127.0.0.1:8080", cloud.url)
      .replace('.status == "active"', '.status == "saving"'),
  );
  await tf.succeed(["init"]);
  const { code, text } = await tf.run(["test", "-no-color"]);
  expect(code).toBe(1);
  expect(text).toContain("The image is not active.");
  expect(cloud.leftovers()).toEqual([]);
});
