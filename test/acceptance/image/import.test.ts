import { beforeEach, expect, it } from "vitest";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { requireCliSince, requireTerraform } from "../../harness/terraform-cli.ts";
import { useImageWorkspace } from "./image-workspace.ts";

beforeEach(requireTerraform);

const ELSEWHERE = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const seeded = { images: [{ id: ELSEWHERE, name: "Ubuntu 22.04", description: "from the console" }] };

it("imports by command and then plans nothing, also for a name that new images cannot have (fault 29)", async () => {
  const { tf, id, configure, cloud } = await useImageWorkspace(`name = "Ubuntu 22.04"`, seeded);
  await tf.succeed(["import", "kakaocloud_image.x", ELSEWHERE]);
  expect(tf.instance("kakaocloud_image.x")?.attributes).toMatchObject({
    id: ELSEWHERE,
    name: "Ubuntu 22.04",
    description: "from the console",
    volume_id: null,
    timeouts: null,
  });
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");

  configure(`name = "renamed-image"\n  volume_id = "${ROOT_VOLUME}"`);
  const { text } = await tf.apply();
  expect(text).toContain("0 added, 1 changed, 0 destroyed");
  expect(id()).toBe(ELSEWHERE);
  expect(cloud.image(ELSEWHERE)?.name).toBe("renamed-image");
});

it("adopts a configured volume_id after an import instead of replacing the image (fault 24)", async () => {
  const { tf, requests } = await useImageWorkspace(
    `name = "Ubuntu 22.04"\n  volume_id = "${ROOT_VOLUME}"`,
    seeded,
  );
  await tf.succeed(["import", "kakaocloud_image.x", ELSEWHERE]);
  expect((await tf.apply()).text).toContain("0 added, 1 changed, 0 destroyed");
  expect(requests("PUT", /./) + requests("POST", /\/image$/)).toBe(0);
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
});

it("plans nothing at all after an import that names the volume as well", async () => {
  const { tf } = await useImageWorkspace(`name = "Ubuntu 22.04"\n  volume_id = "${ROOT_VOLUME}"`, seeded);
  await tf.succeed(["import", "kakaocloud_image.x", `${ELSEWHERE}/${ROOT_VOLUME}`]);
  expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
});

it("imports by an import block without any change (IM-03)", async () => {
  const { tf } = await useImageWorkspace(`name = "Ubuntu 22.04"`, seeded);
  tf.write("import.tf", `import {\n  to = kakaocloud_image.x\n  id = "${ELSEWHERE}"\n}\n`);
  expect((await tf.apply()).text).toContain("1 imported, 0 added, 0 changed, 0 destroyed");
});

it("writes a configuration that validates and plans nothing (IM-04)", async (context) => {
  // Those before crash on any nested attribute that is only computed.
  requireCliSince(context, { Terraform: 7, OpenTofu: 12 }, "a generated configuration");
  const { tf } = await useImageWorkspace("", seeded);
  // Without the provider Terraform 1.16 wants hashicorp/kakaocloud. Once there is a resource block, no CLI allows it.
  const target = `import {\n  to = kakaocloud_image.x\n  id = "${ELSEWHERE}"\n  provider = kakaocloud\n}\n`;
  tf.write("main.tf", target);
  const { text } = await tf.succeed(["plan", "-generate-config-out=generated.tf"]);
  expect(text).toContain("1 to import, 0 to add, 0 to change, 0 to destroy");
  expect(tf.read("generated.tf")).toContain("Ubuntu 22.04");
  tf.write("main.tf", target.replace("  provider = kakaocloud\n", ""));
  await tf.succeed(["validate"]);
  expect((await tf.apply()).text).toContain("1 imported, 0 added, 0 changed, 0 destroyed");
});

it("reports an import ID that is not valid, and an image that does not exist (fault 30)", async () => {
  const { tf } = await useImageWorkspace(`name = "golden-web"`);
  const malformed = await tf.run(["import", "kakaocloud_image.x", "not-an-id"]);
  expect(malformed.code).toBe(1);
  expect(malformed.text).toContain("a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90");
  expect(malformed.text).toContain('"not-an-id"');
  const absent = await tf.run(["import", "kakaocloud_image.x", ELSEWHERE]);
  expect(absent.code).toBe(1);
  expect(absent.text).toContain("Cannot import non-existent remote object");
});
