import { beforeEach, expect, it } from "vitest";
import { CREDENTIAL, useEmulator } from "../../harness/emulator.ts";
import { createWorkspace, requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN } from "../image/image-workspace.ts";

beforeEach(requireTerraform);

it("does not load runtime files from the user's folder", async () => {
  const cloud = await useEmulator();
  const tf = createWorkspace({
    files: {
      "main.tf": `provider "kakaocloud" {
  endpoint_overrides = { iam = "${cloud.url}", config = "${cloud.url}" }
}
resource "kakaocloud_image" "x" {
  ${GOLDEN}
}
`,
      ".env": Object.entries(cloud.environment)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
      "bunfig.toml": 'preload = ["./preload.js"]\n',
      "preload.js": 'process._rawDebug("preloaded"); process.exit(3);\n',
      "package.json": '{ "type": "module" }\n',
      "tsconfig.json": "not JSON\n",
    },
  });
  const { code, text } = await tf.run(["plan"], { env: { TF_LOG: "TRACE" } });
  expect(code).toBe(1);
  expect(text).toContain("KAKAOCLOUD_APPLICATION_CREDENTIAL_ID");
  expect(text).not.toContain(CREDENTIAL.id);
  expect(text).not.toContain("preloaded");
  expect(cloud.journal()).toEqual([]);
});
