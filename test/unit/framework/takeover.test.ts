import { describe, expect, it } from "vitest";
import { DiagnosticError, diagnosticsOf, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import type { AnyResource } from "../../../src/framework/provider.ts";
import { stringAttribute } from "../../../src/framework/schema.ts";
import {
  checkMove,
  importResource,
  type StoredState,
  upgradeState,
} from "../../../src/framework/takeover.ts";

const resource = {
  schema: {
    version: 2,
    attributes: { id: stringAttribute({ computed: true }), name: stringAttribute({ optional: true }) },
    blocks: { rule: { nature: "block", mode: "list", block: { attributes: {} } } },
  },
  movesFrom: [{ provider: "their/cloud", typeName: "cloud_thing", schemaVersion: 1 }],
} as unknown as AnyResource<never>;

const stored = (version: number, raw: object = { id: "1" }): StoredState => ({
  version,
  raw: () => ({ ...raw }),
  decode: () => ({ id: null, name: null, rule: null, ...raw }),
});
const summaryOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return diagnosticsOf(error, "test")[0]?.summary ?? "";
  }
  return "nothing thrown";
};

describe("an import", () => {
  it("returns a whole state of what the resource knows from the ID", () => {
    expect(importResource({ ...resource, import: (id) => ({ id }) }, "t", "x")).toEqual({
      id: "x",
      name: null,
      rule: [],
    });
  });

  it("says when it is not offered, and passes a refusal on", () => {
    expect(summaryOf(() => importResource(resource, "t", "x"))).toBe("Resource Import Not Implemented");
    const refusing: AnyResource<never> = {
      ...resource,
      import: () => {
        throw new DiagnosticError(errorDiagnostic("Invalid Import ID", "no"));
      },
    };
    expect(summaryOf(() => importResource(refusing, "t", "x"))).toBe("Invalid Import ID");
  });

  it("reports an invalid state as a bug", () => {
    const bad = { ...resource, import: () => ({ id: 5 }) } as unknown as AnyResource<never>;
    expect(summaryOf(() => importResource(bad, "t", "x"))).toBe("Unexpected Provider Error");
  });
});

describe("a stored state", () => {
  it("of this version is decoded, with blocks empty where it has none", () => {
    expect(upgradeState(resource, "t", stored(2))).toEqual({ id: "1", name: null, rule: [] });
  });

  it("of an older version is upgraded from everything that was stored", () => {
    const upgrading: AnyResource<never> = {
      ...resource,
      upgrade: ({ id, title }, version) => ({ id: String(id), name: `${String(title)} v${version}` }),
    };
    expect(upgradeState(upgrading, "t", stored(0, { id: "1", title: "x" }))).toEqual({
      id: "1",
      name: "x v0",
      rule: [],
    });
  });

  it.each([
    ["an older version without an upgrade", resource, 1, "import it again"],
    ["a newer version", { ...resource, upgrade: () => ({}) }, 3, "newer provider"],
  ])("of %s is refused with a way out", (_what, of, version, advice) => {
    expect(summaryOf(() => upgradeState(of, "t", stored(version)))).toBe("Unable to Upgrade Resource State");
    expect(() => upgradeState(of, "t", stored(version))).toThrow(advice);
  });
});

describe("a move", () => {
  const origin = {
    providerAddress: "registry.terraform.io/their/cloud",
    typeName: "cloud_thing",
    schemaVersion: 1,
  };

  it("is accepted from any registry", () => {
    checkMove(resource, "t", origin);
    checkMove(resource, "t", { ...origin, providerAddress: "registry.opentofu.org/their/cloud" });
  });

  it.each([
    { providerAddress: "registry.terraform.io/not-their/cloud" },
    { providerAddress: "terraform.io/builtin/terraform" },
    { typeName: "cloud_other" },
    { schemaVersion: 2 },
  ])("is refused from elsewhere: %j", (other) => {
    expect(summaryOf(() => checkMove(resource, "t", { ...origin, ...other }))).toBe(
      "Unable to Move Resource State",
    );
  });
});

describe("what was thrown", () => {
  it("is shown as it is when it is a diagnostic", () => {
    const diagnostic = errorDiagnostic("Summary", "Detail.", [{ attribute: "a" }]);
    expect(diagnosticsOf(new DiagnosticError(diagnostic), "create")).toEqual([diagnostic]);
  });

  it.each([new TypeError("x is undefined"), "a text", undefined, { odd: true }])(
    "is a bug otherwise: %s",
    (thrown) => {
      const [diagnostic] = diagnosticsOf(thrown, "create");
      expect(diagnostic).toMatchObject({ severity: "error", summary: "Unexpected Provider Error" });
      expect(diagnostic?.detail).toContain("during create. This is a bug in the provider");
    },
  );
});
