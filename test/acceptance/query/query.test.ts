import { beforeEach, describe, expect, it } from "vitest";
import { OTHER_PROJECTS } from "../../../src/emulator/state/defaults.ts";
import { requireCliSince } from "../../harness/terraform-cli.ts";
import { useImageWorkspace } from "../image/image-workspace.ts";

beforeEach((context) =>
  requireCliSince(context, { Terraform: 14, OpenTofu: Number.POSITIVE_INFINITY }, "a query"),
);

const A = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const B = "4d1a6c2f-9a1b-4d66-8a1f-7b2e3c8d5fa1";
const C = "5e2b7d30-ab2c-4e77-9b20-8c3f4d9e60b2";
/** The start of an interpolation, which HCL has to escape. */
const DOLLAR = "$";
/** Names and descriptions that no new image can have, and that a careless writer of HCL gets wrong. */
const ODD = [
  {
    id: A,
    name: `9 "lives" ${DOLLAR}{of} %{if} a \\ cat`,
    description: `say "${DOLLAR}{hello}"`,
    created_at: "2025-01-02T00:00:00Z",
  },
  { id: B, name: "이미지 — first", description: "-", created_at: "2025-01-01T00:00:00Z" },
  {
    id: C,
    name: "shared-image",
    description: null,
    members: [{ id: OTHER_PROJECTS[0] }, { id: OTHER_PROJECTS[1] }],
    created_at: "2025-01-03T00:00:00Z",
  },
];

/** The JSON lines of a query. */
async function found(tf: Awaited<ReturnType<typeof useImageWorkspace>>["tf"]) {
  const { stdout } = await tf.succeed(["query", "-json"]);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "list_resource_found")
    .map(({ list_resource_found: it }) => it);
}

const list = (body: string, type = "kakaocloud_image") =>
  `list "${type}" "all" {\n  provider = kakaocloud\n  ${body}\n}\n`;

describe("terraform query", () => {
  it("lists the project's own images, newest first, by name and time", async () => {
    const { tf } = await useImageWorkspace("", { images: ODD });
    tf.write("main.tf", "");
    tf.write("main.tfquery.hcl", list(""));
    const images = await found(tf);
    expect(images.map(({ display_name }) => display_name)).toEqual([
      "shared-image (2025-01-03T00:00:00Z)",
      `9 "lives" ${DOLLAR}{of} %{if} a \\ cat (2025-01-02T00:00:00Z)`,
      "이미지 — first (2025-01-01T00:00:00Z)",
    ]);
    expect(images[1]?.identity).toMatchObject({ id: A, region: "kr-central-2" });
    expect((await tf.succeed(["query"])).text).toContain("5 images of other projects are not listed");
  });

  it("takes the filters of the data source, a limit and images of other owners", async () => {
    const { tf } = await useImageWorkspace("", { images: ODD });
    tf.write("main.tf", "");
    tf.write(
      "main.tfquery.hcl",
      list('config {\n    filter = [{ name = "name", value = "shared-image" }]\n  }'),
    );
    expect((await found(tf)).map(({ identity }) => identity.id)).toEqual([C]);
    tf.write("main.tfquery.hcl", list("limit = 2"));
    expect(await found(tf)).toHaveLength(2);
    tf.write("main.tfquery.hcl", list("config {\n    include_other_owners = true\n  }"));
    expect(await found(tf)).toHaveLength(ODD.length + 5);
  });

  it("reports a wrong filter where it is", async () => {
    const { tf } = await useImageWorkspace("", {});
    tf.write("main.tf", "");
    tf.write("main.tfquery.hcl", list('config {\n    filter = [{ name = "colour", value = "red" }]\n  }'));
    const { code, text } = await tf.run(["query"]);
    expect(code).toBe(1);
    expect(text).toContain("filter[0].name must be one of");
  });

  it("generates configuration that imports everything and changes nothing", async () => {
    const { tf } = await useImageWorkspace("", { images: ODD });
    tf.write("main.tf", "");
    tf.write(
      "main.tfquery.hcl",
      `${list("")}${list("", "kakaocloud_image_member").replace('"all"', '"shares"')}`,
    );
    await tf.succeed(["query", "-generate-config-out=generated.tf"]);
    const generated = tf.read("generated.tf");
    expect(generated).toContain("import {");
    for (const computed of ["size", "status", "owner", "created_at", "members"]) {
      expect(generated).not.toMatch(new RegExp(`^ *${computed} *=`, "m"));
    }
    expect((await tf.succeed(["plan"])).text).toContain("4 to import, 0 to add, 0 to change, 0 to destroy");
    await tf.apply();
    expect((await tf.succeed(["plan", "-detailed-exitcode"])).text).toContain("No changes.");
  });
});
