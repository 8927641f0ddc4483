import { beforeEach, expect, it } from "vitest";
import { requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, useImageWorkspace } from "./image-workspace.ts";

beforeEach(requireTerraform);

it("plans nothing for a state that a newer CLI wrote, with identities", async () => {
  const { tf, id } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  const state = JSON.parse(tf.read("terraform.tfstate"));
  for (const { instances } of state.resources) {
    for (const instance of instances) {
      instance.identity = {
        id: id(),
        project_id: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
        region: "kr-central-2",
      };
      instance.identity_schema_version = 0;
    }
  }
  tf.write("terraform.tfstate", JSON.stringify({ ...state, serial: state.serial + 1 }));
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  await tf.succeed(["destroy", "-auto-approve"]);
});
