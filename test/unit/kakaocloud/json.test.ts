import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { looseText, parseJson, record, textMap } from "../../../src/kakaocloud/json.ts";
import { formatTime } from "../../../src/kakaocloud/time.ts";
import {
  answer,
  answerText,
  createClient,
  type FakeCloud,
  failureOf,
  IMAGE_ID,
  imageJson,
  startFakeCloud,
  VOLUME_ID,
} from "./fake-cloud.ts";

describe("a time", () => {
  it.each([
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
    ["2024-01-01T00:00:00.123Z", "2024-01-01T00:00:00Z"],
    ["2024-01-01T00:00:00.9999999999Z", "2024-01-01T00:00:00Z"],
    ["2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00Z"],
    ["2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00Z"],
    ["2024-01-01T09:00:00+09:00", "2024-01-01T09:00:00+09:00"],
    ["2024-01-01T09:00:00.5+0900", "2024-01-01T09:00:00+09:00"],
    ["2024-01-01T00:00:00", "2024-01-01T00:00:00Z"],
    ["2024-01-01 00:00:00.000001", "2024-01-01T00:00:00Z"],
    ["2024-01-01t00:00:00z", "2024-01-01T00:00:00Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"],
    ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00Z"],
  ])("%s is kept as %s", (given, kept) => {
    expect(formatTime(given)).toBe(kept);
  });

  it.each([
    "2024-01-01",
    "2024-01-01T00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:00+24:00",
    "yesterday",
    " 2024-01-01T00:00:00Z",
  ])("%s is not one", (given) => {
    expect(formatTime(given)).toBeNull();
  });
});

describe("JSON", () => {
  const exactly = (text: string) => parseJson(`{"a":[${text}]}`);

  it.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740993", 9007199254740993n],
    ["-9223372036854775808", -9223372036854775808n],
    ["9223372036854775807 , -1", 9223372036854775807n, -1],
    ['"9007199254740993", 9007199254740993', "9007199254740993", 9007199254740993n],
    ['"\\"9007199254740993", true', '"9007199254740993', true],
    ["1234567890123456.5", 1234567890123456.5],
    ["9007199254740993e0", 9007199254740992],
  ])("has the exact numbers in %s", (text, ...values) => {
    expect(exactly(text)).toEqual({ a: values });
  });

  it.each(["9223372036854775808", "1".repeat(1_000_000)])("has no integers beyond 64 bits: %.30s", (text) => {
    expect(exactly(text)).toEqual({ a: [Number(text)] });
  });

  it.each(["[9007199254740993", "9007199254740993x", "-", "0x20000000000001", "[00000000000000001]"])(
    "is not %s",
    (text) => {
      expect(() => parseJson(text)).toThrow("it is not JSON");
    },
  );

  it("is itself when it is written again, whatever numbers and strings it has", () => {
    const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.array(fc.oneof(integers, fc.string(), fc.boolean(), fc.constant(null))), (values) => {
        const text = values.map((value) => (typeof value === "bigint" ? `${value}` : JSON.stringify(value)));
        const read = parseJson(`[${text.join(",")}]`) as unknown[];
        expect(read.map((value) => (typeof value === "number" ? BigInt(value) : value))).toEqual(values);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the models", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
  });
  afterEach(() => cloud.close());

  const image = async (changes: object) => {
    cloud.handle(answer(200, { image: imageJson(changes) }));
    return await createClient(cloud).images.get(IMAGE_ID);
  };

  it("keep an image as it is", async () => {
    expect(await image({})).toEqual(imageJson());
  });

  it("need nothing but the ID", async () => {
    cloud.handle(answer(200, { image: { id: IMAGE_ID } }));
    const read = await createClient(cloud).images.get(IMAGE_ID);
    expect(read.id).toBe(IMAGE_ID);
    expect(new Set(Object.entries(read).map(([key, value]) => (key === "id" ? null : value)))).toEqual(
      new Set([null]),
    );
  });

  it.each(["npu", "VM", ""])('fault 28: keep the unknown kind "%s" as it is', async (kind) => {
    expect((await image({ instance_type: kind })).instance_type).toBe(kind);
  });

  it("ignore unknown fields", async () => {
    expect(await image({ checksum: "abc", __proto__: { x: 1 } })).not.toHaveProperty("checksum");
  });

  it("read an empty time as null", async () => {
    expect((await image({ updated_at: "" })).updated_at).toBeNull();
  });

  it("hold sizes beyond 32 bits", async () => {
    expect((await image({ virtual_size: 2 ** 50 })).virtual_size).toBe(2 ** 50);
  });

  it("read an update's response, which lacks two fields", async () => {
    cloud.handle(
      answer(200, {
        image: imageJson({ name: "new", project_id: undefined, image_member_status: undefined }),
      }),
    );
    const updated = await createClient(cloud).images.update(IMAGE_ID, { name: "new" });
    expect(updated).toEqual(imageJson({ name: "new", project_id: null, image_member_status: null }));
    expect(cloud.requests().map(({ body }) => body)).toEqual(['{"image":{"name":"new"}}']);
  });

  it.each([
    ["empty", answerText(200, "")],
    ["without an image", answer(200, {})],
  ])("fault 21: read the image itself when an update's response is %s", async (_name, handler) => {
    cloud.script(handler, answer(200, { image: imageJson({ name: "new" }) }));
    const updated = await createClient(cloud).images.update(IMAGE_ID, { name: "new" });
    expect(updated.name).toBe("new");
    expect(cloud.requests().map(({ method }) => method)).toEqual(["PUT", "GET"]);
  });

  it.each([
    ["refused", answerText(404, "<html></html>")],
    [
      "returned in another protocol",
      (_: unknown, response: ServerResponse) => response.socket?.end("SSH-2.0\r\n"),
    ],
  ])("do not accept an update that was %s as applied", async (_name, handler) => {
    cloud.handle((request, response) => void handler(request, response));
    const error = await failureOf(createClient(cloud).images.update(IMAGE_ID, { name: "new" }));
    expect(error).toMatchObject({ code: "malformed_response", operation: "UpdateImage" });
    expect(cloud.requests()).toHaveLength(1);
  });

  it("read a volume of any zone, and its image's numbers in either spelling", async () => {
    const volume = {
      id: VOLUME_ID,
      availability_zone: "kr-central-3-d",
      metadata: { a: "1", b: 2, c: null },
      image_metadata: { min_disk: 10, min_ram: "0", size: "684523520" },
      launched_at: "2025-03-01T00:00:00",
    };
    cloud.handle(answer(200, { volume }));
    expect(await createClient(cloud).volumes.get(VOLUME_ID)).toMatchObject({
      availability_zone: "kr-central-3-d",
      metadata: { a: "1", b: "2" },
      image_metadata: { min_disk: "10", min_ram: "0", size: "684523520", os_type: null },
      launched_at: "2025-03-01T00:00:00Z",
    });
  });

  it("read an instance with its flavor, image, volumes and groups", async () => {
    const instance = {
      id: "c41d7f0a-92b6-4e3d-8b5f-1a2c3d4e5f60",
      power_state: "HIBERNATED",
      flavor: { id: "e0f1", vcpus: 2, os_distro: ["ubuntu"] },
      image: { id: IMAGE_ID, instance_type: "npu", min_memory: 0 },
      attached_volumes: [{ id: VOLUME_ID, is_root: true, size: 20 }],
      security_groups: [{ id: "sg", name: "default" }],
      addresses: null,
    };
    cloud.handle(answer(200, { instance }));
    const read = await createClient(cloud).instances.get(instance.id);
    expect(read).toMatchObject(instance);
    expect(read.attached_volumes?.[0]?.mount_point).toBeNull();
  });

  it("list volumes and instances", async () => {
    cloud.handle((request, response) => {
      const key = request.path.endsWith("volumes") ? "volumes" : "instances";
      answer(200, { [key]: [{ id: "a" }, { id: "b" }], pagination: { total: 2 } })(request, response);
    });
    const { volumes, instances } = createClient(cloud);
    expect((await volumes.list({ is_root: true, size: 20 })).map(({ id }) => id)).toEqual(["a", "b"]);
    expect((await instances.list({ is_k8se: false })).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(
      cloud.requests().map(({ path, query }) => [path, query.get("is_root"), query.get("is_k8se")]),
    ).toEqual([
      ["/api/v1/volumes", "true", null],
      ["/api/v1/instances", null, "false"],
    ]);
  });

  it("name the place of a value of the wrong kind, but never the value", () => {
    const read = record({ tags: textMap, nested: record({ name: looseText }) });
    expect(() => read({ tags: { color: ["secret"] }, nested: {} })).toThrow(
      /^tags\.color should be a string but is a list$/,
    );
    expect(() => read({ tags: null, nested: { name: {} } })).toThrow(
      /^nested\.name should be a string but is an object$/,
    );
  });
});
