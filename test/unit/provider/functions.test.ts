import { describe, expect, it } from "vitest";
import { FunctionError } from "../../../src/framework/function.ts";
import { listOf, objectOf, STRING, tupleOf } from "../../../src/framework/type.ts";
import { DynamicValue, type Value } from "../../../src/framework/value.ts";
import { newestFunction } from "../../../src/provider/functions/newest.ts";
import { rootVolumeIdFunction } from "../../../src/provider/functions/root-volume-id.ts";

describe("root_volume_id", () => {
  const volumes = (...roots: readonly (boolean | null)[]) =>
    roots.map((is_root, index) => ({ id: `volume-${index}`, is_root: is_root as boolean }));
  const call = (attached_volumes: ReturnType<typeof volumes>) =>
    rootVolumeIdFunction.call({ attached_volumes });

  it("returns the id of the one root volume, wherever it is", () => {
    expect(call(volumes(false, null, true))).toBe("volume-2");
    expect(call([null as never, ...volumes(true)])).toBe("volume-0");
  });

  it.each([
    ["no volumes", volumes(), /has no volumes/],
    ["no root volume", volumes(false, null), /none of the 2 volumes/],
    ["two root volumes", volumes(true, false, true), /2 of the volumes are root volumes: volume-0, volume-2/],
  ])("says that there are %s", (_title, given, text) => {
    expect(() => call(given)).toThrow(FunctionError);
    expect(() => call(given)).toThrow(text);
  });
});

describe("newest", () => {
  const IMAGE = objectOf({ name: STRING, created_at: STRING });
  const image = (name: string, created_at: string | null) => ({ name, created_at });
  const call = (images: Value) => newestFunction.call({ images });
  const newestOf = (...images: readonly Value[]) => call(new DynamicValue(listOf(IMAGE), images));

  it("returns the newest element with its type, whatever the order and the time zone", () => {
    const old = image("old", "2025-01-01T00:00:00Z");
    // One hour later than the text suggests.
    const young = image("young", "2025-01-01T00:30:00-01:00");
    const middle = image("middle", "2025-01-01T01:00:00Z");
    expect(newestOf(old, young, middle)).toEqual(new DynamicValue(IMAGE, young));
  });

  it("returns the first of equally new ones", () => {
    const time = "2025-01-01T00:00:00Z";
    expect(newestOf(image("a", time), image("b", time))).toEqual(new DynamicValue(IMAGE, image("a", time)));
  });

  it("skips null elements, and counts a null time as the oldest", () => {
    const timeless = image("timeless", null);
    expect(newestOf(null, timeless)).toEqual(new DynamicValue(IMAGE, timeless));
    const dated = image("dated", "2001-01-01T00:00:00Z");
    expect(newestOf(timeless, null, dated)).toEqual(new DynamicValue(IMAGE, dated));
  });

  it("accepts a tuple, whose elements have types of their own", () => {
    const types = tupleOf([IMAGE, objectOf({ created_at: STRING })]);
    const given = [image("a", "2025-01-01T00:00:00Z"), { created_at: "2025-01-02T00:00:00Z" }];
    expect(call(new DynamicValue(types, given))).toEqual(
      new DynamicValue(objectOf({ created_at: STRING }), given[1] ?? null),
    );
  });

  it.each<[string, Value, RegExp]>([
    ["an empty list", new DynamicValue(listOf(IMAGE), []), /the list is empty/],
    ["a list of nulls", new DynamicValue(listOf(IMAGE), [null]), /the list is empty/],
    ["a text", new DynamicValue(STRING, "x"), /a list of objects is required/],
    ["a list of texts", new DynamicValue(listOf(STRING), ["x"]), /element 0 has no attribute created_at/],
    ["what is no time", new DynamicValue(listOf(IMAGE), [image("a", "soon")]), /is not a time: "soon"/],
  ])("refuses %s", (_title, given, text) => {
    expect(() => call(given)).toThrow(FunctionError);
    expect(() => call(given)).toThrow(text);
  });
});
