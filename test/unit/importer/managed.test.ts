import { describe, expect, it } from "vitest";
import { managedObjects } from "../../../src/importer/managed.ts";

const IMAGE = "3C0F5B1E-8f0a-4c55-9f0e-6a1d2b7c4e90";
const NESTED = "7d10aa2f-8f0a-4c55-9f0e-6a1d2b7c4e91";

const stored = {
  version: 4,
  resources: [
    { mode: "managed", type: "kakaocloud_image", name: "x", instances: [{ attributes: { id: IMAGE } }] },
    {
      module: "module.m",
      mode: "managed",
      type: "kakaocloud_image",
      name: "y",
      instances: [{ attributes: { id: NESTED } }, { attributes: {} }, null],
    },
    { mode: "data", type: "kakaocloud_image", name: "z", instances: [{ attributes: { id: "data" } }] },
    {
      mode: "managed",
      type: "kakaocloud_image_member",
      name: "s",
      instances: [{ attributes: { id: IMAGE } }],
    },
    { mode: "managed", type: "other", name: "o", instances: [{ attributes: { id: "other" } }] },
  ],
};
const shown = {
  format_version: "1.0",
  values: {
    root_module: {
      resources: [
        { mode: "managed", type: "kakaocloud_image", name: "x", values: { id: IMAGE } },
        { mode: "data", type: "kakaocloud_image", name: "z", values: { id: "data" } },
        { mode: "managed", type: "kakaocloud_image_member", name: "s", values: { id: IMAGE } },
      ],
      child_modules: [
        {
          child_modules: [
            { resources: [{ mode: "managed", type: "kakaocloud_image", name: "y", values: { id: NESTED } }] },
          ],
        },
      ],
    },
  },
};

describe.each([
  ["terraform state pull", stored],
  ["terraform show -json", shown],
])("the output of %s", (_command, state) => {
  it("has the IDs everywhere and the labels in the root module", () => {
    const managed = managedObjects([{ source: "x", text: JSON.stringify(state) }]);
    expect([...managed.kakaocloud_image.ids].sort()).toEqual([IMAGE.toLowerCase(), NESTED]);
    expect([...managed.kakaocloud_image.labels]).toEqual(["x"]);
    expect([...managed.kakaocloud_image_member.ids]).toEqual([IMAGE.toLowerCase()]);
    expect([...managed.kakaocloud_image_member.labels]).toEqual(["s"]);
  });
});

it.each(['{"format_version":"1.0"}', '\ufeff{"format_version":"1.0"}', '{"version":4,"resources":[]}'])(
  "%j is an empty state",
  (text) => {
    expect(managedObjects([{ source: "x", text }]).kakaocloud_image.ids.size).toBe(0);
  },
);

it("of several states is all of them together", () => {
  const states = [stored, { ...shown, values: {} }].map((state) => ({
    source: "x",
    text: JSON.stringify(state),
  }));
  expect(managedObjects(states).kakaocloud_image.ids.size).toBe(2);
});

it.each(["no state", "[]", "{}", "null", '{"format_version":"1.2","planned_values":{}}'])(
  "%j is not a state",
  (text) => {
    expect(() => managedObjects([{ source: "a.json", text }])).toThrow("a.json is not a state.");
  },
);

it.each(["", " \n"])("%j is not a state either, as of a command that failed", (text) => {
  expect(() => managedObjects([{ source: "standard input", text }])).toThrow("standard input is empty");
});
