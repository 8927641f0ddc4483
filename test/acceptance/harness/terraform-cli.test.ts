import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { bundleProgram } from "../../harness/bundle.ts";
import { createWorkspace, requireTerraform, type Workspace } from "../../harness/terraform-cli.ts";

beforeEach(requireTerraform);

let executable: string;
beforeAll(async () => {
  const entry = new URL("../../protocol/harness/stand-in-plugin.ts", import.meta.url);
  executable = await bundleProgram(fileURLToPath(entry), "terraform-provider-standin");
});

const THING = `resource "standin_thing" "a" {\n  name = "a"\n  parts = [{ key = "k" }]\n  port {\n    number = 80\n  }\n}\n`;
const workspace = (options: Partial<Parameters<typeof createWorkspace>[0]> = {}): Workspace =>
  createWorkspace({ files: { "main.tf": THING }, executable, source: "test/standin", ...options });

it("applies, plans no change and destroys with the provider under test, without init", async () => {
  const tf = workspace();
  const applied = await tf.apply();
  expect(applied.text).toContain("Apply complete! Resources: 1 added, 0 changed, 0 destroyed.");
  expect(tf.instance("standin_thing.a")?.attributes).toMatchObject({ id: "id-1", name: "a" });
  expect((await tf.succeed(["plan"])).text).toContain("No changes.");
  await tf.succeed(["destroy", "-auto-approve"]);
  expect(tf.state().resources).toEqual([]);
});

it("installs from the mirror without a network", async () => {
  const tf = workspace({ devOverrides: false });
  await tf.succeed(["init"]);
  expect(tf.read(".terraform.lock.hcl")).toContain("test/standin");
  await tf.apply();
});

it("approves prompts and reads error messages", async () => {
  const tf = workspace();
  expect((await tf.run(["apply"], { stdin: "no\n" })).text).toContain("Apply cancelled");
  await tf.succeed(["apply"], { stdin: "yes\n" });
  tf.write("main.tf", 'resource "standin_thing" "a" {}\n');
  const failed = await tf.run(["plan"]);
  expect(failed.code).toBe(1);
  expect(failed.text).toContain('The argument "name" is required');
  await expect(tf.succeed(["plan"])).rejects.toThrow("Missing required argument");
});

it("interrupts terraform and its providers together", async () => {
  const tf = workspace();
  const running = tf.start(["apply"], { interactive: true });
  await running.printed(/Enter a value/);
  running.interrupt();
  const { code, text } = await running.finished;
  expect(code).toBe(1);
  expect(text).toContain("nterrupt");
});

it("detects a process that stays behind", async () => {
  const tf = workspace({ env: { STAND_IN: "spawns" } });
  await expect(tf.run(["providers", "schema", "-json"])).rejects.toThrow("left processes behind");
});
