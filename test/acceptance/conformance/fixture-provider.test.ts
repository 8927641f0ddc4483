import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  cliVersion,
  createWorkspace,
  requireCliSince,
  requireTerraform,
  type Workspace,
} from "../../harness/terraform-cli.ts";
import { bundleFixtureProvider } from "../../protocol/conformance/fixture.ts";

beforeEach(requireTerraform);

let executable: string;
beforeAll(async () => {
  executable = await bundleFixtureProvider();
});

const workspace = (config: string, env: Readonly<Record<string, string>> = {}): Workspace =>
  createWorkspace({ files: { "main.tf": config }, executable, source: "test/fixture", env });

/** The same in HCL as the tests of plans use: everything that can be configured. */
const EVERYTHING = `resource "fixture_everything" "x" {
  name     = "n"
  text     = "t"
  flag     = true
  whole    = 9007199254740993
  amount   = 0.1
  words    = ["b", "a", "b"]
  tags     = ["y", "x"]
  labels   = { k = "v" }
  anything = ["a", 1, { b = true }]
  matrix   = [[1, 2], []]
  point    = { x = 1, y = 1e30 }
  pair     = ["p", false]
  one      = { key = "k" }
  many     = [{ key = "a" }, { key = "b", note = "second" }]
  bag      = [{ key = "a" }, { key = "b" }]
  by_name  = { first = { key = "a" } }
  secret     = "s3cret-value"
  passphrase = "wr1te-only-value"
  timeouts   = { create = "5m" }
  home {
    key = "h"
  }
  port {
    key = "80"
  }
  port {
    key = "81"
  }
  rule {
    key = "r"
  }
  zone "north" {
    key = "z"
  }
  limits {
    most = 3
  }
}
`;

describe("a provider of every type", () => {
  beforeEach((context) =>
    requireCliSince(context, { Terraform: 11, OpenTofu: 11 }, "a write-only attribute"),
  );

  it("AP-01 PL-02 is applied, planned without changes, changed and destroyed by Terraform itself", async () => {
    const tf = workspace(EVERYTHING);
    await tf.apply();
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
    tf.write("main.tf", EVERYTHING.replace('"t"', '"other"').replace('{ key = "a" }, ', ""));
    expect((await tf.apply()).text).toContain("0 added, 1 changed, 0 destroyed");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
    tf.write("main.tf", 'resource "fixture_everything" "x" {\n  name = "n"\n}\n');
    expect((await tf.apply()).text).toContain("0 added, 1 changed, 0 destroyed");
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
    await tf.succeed(["destroy", "-auto-approve"]);
  });

  it("AP-01 shows no sensitive value, and keeps no write-only one", async () => {
    const tf = workspace(EVERYTHING);
    const { text } = await tf.apply();
    expect(text).not.toContain("s3cret-value");
    expect(text + tf.read("terraform.tfstate")).not.toContain("wr1te-only-value");
  });

  it("IM-03 IM-04 is imported, and the configuration that Terraform writes for it plans no changes", async () => {
    const tf = workspace('import {\n  to = fixture_everything.x\n  id = "id-7"\n  provider = fixture\n}\n');
    const { text } = await tf.run(["plan", "-generate-config-out=generated.tf"]);
    expect(text).toContain("1 to import, 0 to add");
    const generated = tf.read("generated.tf");
    expect(generated).toMatch(/name\s+= "imported"/);
    expect(generated).not.toContain("revision");
  });
});

describe("errors", () => {
  it.each([
    ["a top-level attribute", 'name = "bad"', 2],
    ["an element of a map", 'name = "n"\n  labels = {\n    good = "x"\n    worse = "bad"\n  }', 5],
    ["an element of a list", 'name = "n"\n  words = [\n    "good",\n    "bad",\n  ]', 5],
    [
      "an attribute of a block",
      'name = "n"\n  port {\n    key = "80"\n  }\n  port {\n    key = "bad"\n  }',
      7,
    ],
  ])("DG-02 point at the line of %s", async (_title, body, line) => {
    const { code, text } = await workspace(`resource "fixture_everything" "x" {\n  ${body}\n}\n`).run([
      "validate",
    ]);
    expect(code).toBe(1);
    expect(text).toContain("Error: Bad Text");
    expect(text).toContain(`on main.tf line ${line},`);
  });

  it("AP-02 AP-09 after the object was created leave it in the state, tainted", async () => {
    const tf = workspace('resource "fixture_thing" "x" {\n  scenario = "after-bug"\n}\n');
    const { code, text } = await tf.run(["apply", "-auto-approve"]);
    expect(code).toBe(1);
    expect(text).toContain("Unexpected Provider Error");
    expect(tf.instance("fixture_thing.x")).toMatchObject({ status: "tainted", attributes: { id: "id-1" } });
  });

  it("LG-05 that nothing caught are shown as a crash of the plugin, with the stack", async () => {
    const tf = workspace('resource "fixture_thing" "x" {\n  scenario = "crash"\n}\n');
    const { code, text } = await tf.run(["apply", "-auto-approve"]);
    expect(code).toBe(1);
    // Which of the two depends on what Terraform notices first: the end of the connection, or of the process.
    expect(text).toMatch(
      /The plugin encountered an error, and failed to respond|ApplyResourceChange request was cancelled/,
    );
    // Since 1.12, OpenTofu no longer looks for stacks where its go-plugin now writes them.
    if (cliVersion().product === "OpenTofu" && cliVersion().minor >= 12) return;
    expect(text).toContain("The terraform-provider-fixture plugin crashed!");
    expect(text).toContain("panic: nobody caught this");
  });
});

describe("an interrupt", () => {
  it("SD-05 leaves every object that was being created in the state", async () => {
    const tf = workspace('resource "fixture_thing" "x" {\n  count    = 3\n  scenario = "after-slow"\n}\n', {
      TF_LOG_PROVIDER: "INFO",
    });
    const running = tf.start(["apply", "-auto-approve"]);
    await running.printed(/(waiting[\s\S]*){3}/);
    running.interrupt();
    const { code } = await running.finished;
    expect(code).toBe(1);
    const [things] = tf.state().resources;
    expect(things?.instances.map(({ status }) => status)).toEqual(["tainted", "tainted", "tainted"]);
  });
});
