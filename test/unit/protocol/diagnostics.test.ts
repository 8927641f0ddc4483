import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import { errorDiagnostic, warningDiagnostic } from "../../../src/framework/diagnostics.ts";
import type { Path } from "../../../src/framework/path.ts";
import { encode } from "../../../src/protobuf/encode.ts";
import { encodeDiagnostics, encodePath } from "../../../src/protocol/diagnostics.ts";
import { attributePathStepTable } from "../../../src/protocol/generated/tfplugin6.ts";

const encoded = (summary: string, detail: string, path?: Path) =>
  encodeDiagnostics([errorDiagnostic(summary, detail, path)], createRedactor())[0];

describe("a diagnostic on the wire", () => {
  it("is an error or a warning, never anything else", () => {
    const both = [errorDiagnostic("E", "e"), warningDiagnostic("W", "w")];
    expect(encodeDiagnostics(both, createRedactor()).map(({ severity }) => severity)).toEqual([1, 2]);
  });

  it("has a summary of one line that is never empty", () => {
    expect(encoded("Two\n  lines ", "x")?.summary).toBe("Two lines");
    expect(encoded(" \n", "x")?.summary).toBe("Provider Error");
    expect(encoded("S", "two\n\nparagraphs")?.detail).toBe("two\n\nparagraphs");
  });

  it("has no attribute where the path has no steps, or none that can be addressed", () => {
    expect(encoded("S", "d")).not.toHaveProperty("attribute");
    expect(encoded("S", "d", [])).not.toHaveProperty("attribute");
    expect(encoded("S", "d", [{ setElement: 0 }])).not.toHaveProperty("attribute");
  });

  it("names its place step by step, up to a set", () => {
    expect(
      encoded("S", "d", [
        { attribute: "a" },
        { index: 0 },
        { key: "k" },
        { attribute: "b" },
        { setElement: 1 },
        { attribute: "c" },
      ])?.attribute,
    ).toEqual({
      steps: [
        { attributeName: "a" },
        { elementKeyInt: 0n },
        { elementKeyString: "k" },
        { attributeName: "b" },
      ],
    });
  });

  it("names even the first element and an empty key", () => {
    const bytes = encodePath([{ index: 0 }, { key: "" }, { index: Number.MAX_SAFE_INTEGER }]).steps?.map(
      (step) => Buffer.from(encode(attributePathStepTable, step)).toString("hex"),
    );
    expect(bytes).toEqual(["1800", "1200", "18ffffffffffffff0f"]);
  });

  it("shows no secret", () => {
    const redactor = createRedactor();
    redactor.addSecret("s3cr3t");
    expect(encodeDiagnostics([errorDiagnostic("saw s3cr3t", "the s3cr3t")], redactor)).toMatchObject([
      { summary: "saw ***", detail: "the ***" },
    ]);
  });
});
