import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelsOf } from "../../../src/importer/labels.ts";

const ID = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const OTHER_ID = "7d10aa2f-8f0a-4c55-9f0e-6a1d2b7c4e91";
const labelled = (name: string, id = ID, created_at: string | null = "2025-03-04T05:06:07Z") => ({
  id,
  name,
  created_at,
});

it.each([
  ["golden-web", "golden_web"],
  ["Golden--Web_01", "golden_web_01"],
  ["Ubuntu 22.04", "ubuntu_22_04"],
  ["22.04", "image_22_04"],
  ["우분투", "image"],
  ["우분투-web", "web"],
  ["été Größe", "ete_gro_e"],
  ["-_-", "image"],
  ["", "image"],
])("%j gives the label %s", (name, label) => {
  expect(labelsOf([labelled(name)]).get(ID)).toBe(label);
});

describe("equal names", () => {
  const older = labelled("golden-web", OTHER_ID, "2025-03-01T00:00:00Z");
  const newer = labelled("Golden Web", ID, "2025-03-02T00:00:00Z");

  it("leave the plain label to the oldest, in whichever order they are listed", () => {
    const expected = { [OTHER_ID]: "golden_web", [ID]: "golden_web_3c0f5b1e" };
    expect(Object.fromEntries(labelsOf([older, newer]))).toEqual(expected);
    expect(Object.fromEntries(labelsOf([newer, older]))).toEqual(expected);
  });

  it("do not change the labels of those that were there before", () => {
    const before = labelsOf([older]);
    expect(labelsOf([newer, older]).get(OTHER_ID)).toBe(before.get(OTHER_ID));
  });

  it("are distinguished by the ID's other parts where its beginning is the same", () => {
    const twin = labelled("golden-web", ID.replace("8f0a", "8f0b"), "2025-03-03T00:00:00Z");
    const labels = [...labelsOf([older, newer, twin]).values()];
    expect(labels).toContain("golden_web_3c0f5b1e_8f0b_4c55_9f0e_6a1d2b7c4e90");
  });

  it("avoid labels that are already used", () => {
    expect(labelsOf([older], new Set(["golden_web"])).get(OTHER_ID)).toBe("golden_web_7d10aa2f");
  });
});

it("any names give labels that Terraform accepts, all different, and the same in each order", () => {
  const names = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom("a", "A", "a 3c0f5b1e", "1", "image", "a_b", "a-b"),
  );
  const objects = fc.uniqueArray(
    fc.record({ id: fc.uuid(), name: names, created_at: fc.constantFrom(null, "2025-03-04T05:06:07Z") }),
    { selector: ({ id }) => id, maxLength: 30 },
  );
  fc.assert(
    fc.property(objects, (given) => {
      const labels = labelsOf(given);
      expect(new Set(labels.values()).size).toBe(given.length);
      for (const label of labels.values()) expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(Object.fromEntries(labelsOf(given.toReversed()))).toEqual(Object.fromEntries(labels));
    }),
  );
});
