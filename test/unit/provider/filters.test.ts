import { describe, expect, test } from "vitest";
import { UNKNOWN, type Value } from "../../../src/framework/value.ts";
import { imagesDataSource } from "../../../src/provider/image/list-data-source.ts";
import { instancesDataSource } from "../../../src/provider/instance/list-data-source.ts";
import { volumesDataSource } from "../../../src/provider/volume/list-data-source.ts";
import { validate } from "./support.ts";

const filter = (...pairs: readonly (readonly [Value, Value])[]) => ({
  filter: pairs.map(([name, value]) => ({ name, value })),
});

/** The findings of one filter of images, or of another list. */
const check = (name: Value, value: Value, list = imagesDataSource) => validate(list, filter([name, value]));

test("fault 45: a filter name that does not exist is an error before any request, with and without a value", () => {
  const expected =
    'filter[0].name: Attribute filter[0].name must be one of "id", "name", "image_type", "instance_type", "size", "min_disk", ' +
    '"disk_format", "status", "os_type", "visibility", "image_member_status", "created_at", "updated_at", got: "nmae".';
  expect(check("nmae", "web")).toEqual([expected]);
  expect(check("nmae", null)).toEqual([expected]);
  expect(check("nmae", UNKNOWN)).toEqual([expected]);
  expect(check("toString", "web")).toHaveLength(1);
});

test("fault 45: a filter given twice is an error, where the second has a value too", () => {
  expect(validate(imagesDataSource, filter(["name", "a"], ["id", null], ["name", "b"]))).toEqual([
    'filter[2].name: Attribute filter[2].name must not repeat the name of an earlier filter, got: "name".',
  ]);
  expect(validate(imagesDataSource, filter(["name", "a"], ["name", null]))).toEqual([]);
});

test("fault 45: numbers beyond what the API holds are errors, not cut to another number", () => {
  expect(check("min_disk", "2147483647")).toEqual([]);
  expect(check("min_disk", "2147483648")).toEqual([
    'filter[0].value: Attribute filter[0].value must be a whole number from 0 to 2147483647, got: "2147483648".',
  ]);
  expect(check("size", "9223372036854775807")).toEqual([]);
  expect(check("size", "9223372036854775808")).toHaveLength(1);
  expect(validate(volumesDataSource, filter(["size", "4294967316"]))).toHaveLength(1);
  for (const wrong of ["", "-1", "1.5", "1e3", "0x10", " 5", "five"]) {
    expect(check("size", wrong), wrong).toHaveLength(1);
  }
});

test("fault 45: a wrong updated_at is blamed on the filter that it stands in", () => {
  expect(validate(imagesDataSource, filter(["created_at", "2025-03-04"], ["updated_at", "March"]))).toEqual([
    "filter[1].value: Attribute filter[1].value must be a time such as 2025-03-04T05:06:07Z, or a part of one: 2025-03-04, " +
      '2025-03-04T05, 05:06, got: "March".',
  ]);
});

test("a filter without a value, with an unknown one, or with an unknown name is no error, nor is an unknown filter", () => {
  expect(check("size", null)).toEqual([]);
  expect(check("size", UNKNOWN)).toEqual([]);
  expect(check(UNKNOWN, "x")).toEqual([]);
  expect(validate(imagesDataSource, { filter: UNKNOWN })).toEqual([]);
  expect(validate(imagesDataSource, { filter: [UNKNOWN] })).toEqual([]);
  expect(validate(imagesDataSource, { filter: [] })).toEqual([]);
  expect(validate(imagesDataSource, {})).toEqual([]);
});

describe("times", () => {
  test.each([
    "2025-03-04T05:06:07Z",
    "2025-03-04T05:06:07.123456Z",
    "2025-03-04T05:06:07+09:00",
    "2025-03-04T05:06:07.5-01:30",
    "2025-03-04",
    "2024-02-29",
    "2025-03-04T05",
    "2025-03-04T05:06",
    "2025-03-04T05:06:07",
    "05:06",
    "05:06:07",
    "05:06:07Z",
    "5:06",
    "5:06:07.25",
    "2025-03-04T5",
    "2025-03-04T5:06:07Z",
    "2025-03-04T05:06:07.123456",
    "2025-03-04T05:06:07,123Z",
    "",
  ])("%j is one", (time) => expect(check("created_at", time)).toEqual([]));

  test.each([
    "2025-02-30",
    "2025-13-01",
    "2025-03-04T24:00",
    "2025-03-04T05:60",
    "2025-03-04T05:06:07+9",
    "2025-03-04T05:06:07+24:00",
    "2025-03-04 05:06:07",
    "2025-03-04T05Z",
    "24:00",
    "05:60",
    "05",
    "005:06",
    "2025-03-04T05:06.5",
    "2025",
    "yesterday",
    "2025-03-04T05:06:07Z\n",
  ])("%j is not one", (time) => expect(check("updated_at", time)).toHaveLength(1));
});

test("true and false may be written in every way that Go's ParseBool takes, and in no other", () => {
  for (const right of ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"]) {
    expect(validate(volumesDataSource, filter(["is_root", right])), right).toEqual([]);
    expect(validate(instancesDataSource, filter(["is_k8se", right])), right).toEqual([]);
  }
  for (const wrong of ["", "yes", "tRUE", "2", "no"]) {
    expect(validate(volumesDataSource, filter(["is_encrypted", wrong])), wrong).toHaveLength(1);
  }
});

test("enumerations accept their words in any case", () => {
  for (const right of ["vm", "bm", "gpu", "VM"]) expect(check("instance_type", right)).toEqual([]);
  for (const right of ["basic", "My"]) expect(check("image_type", right)).toEqual([]);
  expect(check("instance_type", "npu")).toEqual([
    'filter[0].value: Attribute filter[0].value must be one of "vm", "bm", "gpu", got: "npu".',
  ]);
  expect(check("image_type", "")).toHaveLength(1);
  for (const right of ["kr-central-1-a", "kr-central-2-c", "kr-central-3-b"]) {
    expect(validate(volumesDataSource, filter(["availability_zone", right])), right).toEqual([]);
  }
  for (const wrong of ["kr-central-2", "a", "kr-central-4-a", "KR-CENTRAL-2-A"]) {
    expect(validate(instancesDataSource, filter(["availability_zone", wrong])), wrong).toHaveLength(1);
  }
});
