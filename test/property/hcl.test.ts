import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { quote } from "../../src/importer/hcl.ts";
import { createWorkspace, requireTerraform } from "../harness/terraform-cli.ts";

beforeEach(requireTerraform);

/** Pieces that mean something to HCL, to terminals or to file encodings, among any other text. */
const PIECES = [
  "$",
  "%",
  "{",
  "}",
  "$${",
  "%{ if",
  '"',
  "\\",
  "\\u0041",
  "\n",
  "\r",
  "\t",
  "\u0000",
  "\u0308",
  "\u200d",
  "\u202e",
];
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...PIECES,
        "\u2028",
        "\ufeff",
        "한",
        "\u1112",
        "\u1161",
        "👩🏽‍💻",
        "/*",
        "#",
        "<<EOT",
        "~}",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.string({ unit: "grapheme", maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

it("any text, quoted, is read by Terraform as that text, and is left as it is by fmt", async () => {
  const tf = createWorkspace({ files: { "versions.tf": "" } });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 400 }), async (texts) => {
      const lines = texts.map((value) => `    ${quote(value)},\n`).join("");
      tf.write("main.tf", `output "texts" {\n  value = [\n${lines}  ]\n}\n`);
      expect((await tf.run(["fmt", "-check", "-diff", "main.tf"])).stdout).toBe("");
      await tf.apply();
      const { texts: output } = JSON.parse((await tf.succeed(["output", "-json"])).stdout);
      // Terraform composes characters of every text.
      expect(output.value).toEqual(texts.map((value) => value.normalize("NFC")));
    }),
    { numRuns: 10 },
  );
});
