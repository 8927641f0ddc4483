import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { useEmulator } from "../../harness/emulator.ts";
import { runImport } from "../../harness/import-command.ts";
import { createWorkspace, requireCliSince } from "../../harness/terraform-cli.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/adopting-images", import.meta.url));
const read = (name: string): string => readFileSync(join(EXAMPLE, name), "utf8");

beforeEach((context) => requireCliSince(context, { Terraform: 5, OpenTofu: 5 }, "an import block"));

it("the commands of the guide adopt the existing images, and later the new ones", async () => {
  const cloud = await useEmulator({ images: [{ name: "golden-web" }, { name: "Ubuntu 22.04" }] });
  const overrides = { iam: cloud.url, config: cloud.url };
  const tf = createWorkspace({
    files: { "main.tf": read("main.tf"), "versions.tf": "" },
    env: { ...cloud.environment, TF_VAR_endpoint_overrides: JSON.stringify(overrides) },
  });

  /** Runs one command after the other, and gives the output of one to the next where a script has a pipe. */
  const runScript = async (name: string): Promise<string> => {
    let said = "";
    for (const line of read(name).split("\n")) {
      let stdin = "";
      for (const command of line.replace(/#.*/, "").split("|")) {
        const [program, ...words] = command.trim().split(/\s+/);
        if (program === "") continue;
        if (program === "terraform") {
          const { stdout, text } = await tf.succeed(words);
          stdin = stdout;
          said += text;
        } else {
          expect(program).toBe("kakaocloud-import");
          const { code, stderr } = await runImport(words, { cloud, cwd: tf.directory, stdin });
          expect(code, stderr).toBe(0);
          said += stderr;
        }
      }
    }
    return said;
  };

  const first = await runScript("adopt.sh");
  for (const part of [
    "wrote 2 images to images.tf",
    "2 to import, 0 to add, 0 to change, 0 to destroy",
    "2 imported, 0 added, 0 changed, 0 destroyed",
    "No changes.",
  ]) {
    expect(first).toContain(part);
  }

  cloud.seedImage({ name: "golden-web" });
  expect(await runScript("adopt-more.sh")).toContain("wrote 1 image to more-images.tf");
  expect((await tf.apply()).text).toContain("1 imported, 0 added, 0 changed, 0 destroyed");
});
