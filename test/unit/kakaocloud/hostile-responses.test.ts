import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

const MIB = 1024 * 1024;
const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("a body that the API never sends", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
  });
  afterEach(() => cloud.close());

  it.each([
    ["a web page of angle brackets", `<html>${"<".repeat(MIB)}`],
    ["a web page of unfinished scripts", `<html>${"<script ".repeat(MIB / 8)}`],
    ["a web page of unfinished styles", `<html>${"<style>".repeat(MIB / 8)}`],
    ["spaces", " ".repeat(MIB)],
    ["spaces and a word", `${" ".repeat(MIB)}x`],
    ["a text without end", "x".repeat(MIB)],
    ["nested arrays", deep(MIB / 2)],
    ["a path of nested arrays", `{"detail":[{"loc":[${deep(20_000)}],"msg":"x"}]}`],
    ["details that are nested arrays", `{"detail":[${deep(20_000)}]}`],
    ["many details", JSON.stringify({ detail: Array(50_000).fill({ loc: ["a", "b"], msg: "wrong" }) })],
    ["a message without end", JSON.stringify({ error: { code: "x".repeat(MIB), message: " ".repeat(MIB) } })],
  ])("is an error with a short message: %s", async (_what, body) => {
    cloud.handle(answerText(502, body));
    const client = createClient(cloud);
    await client.connect();
    const read = await failureOf(client.images.get(IMAGE_ID, { deadline: Date.now() + 60_000 }));
    expect(read).toMatchObject({ code: "unavailable", status: 502 });
    expect(read.message.length).toBeLessThan(1_500);
    const created = await failureOf(client.images.create(VOLUME_ID, { name: "golden" }));
    expect(created).toMatchObject({ code: "ambiguous_write", status: 502 });
  });

  it.each([
    ["nested arrays", deep(MIB / 2), "nested too deeply"],
    ["nested objects", '{"image":'.repeat(100_000), "nested too deeply"],
    ["an id without end", JSON.stringify({ image: imageJson({ id: "x".repeat(MIB) }) }), "image.id"],
    [
      "a time without end",
      JSON.stringify({ image: imageJson({ created_at: "2".repeat(MIB) }) }),
      "created_at",
    ],
  ])("is not an image: %s", async (_what, body, problem) => {
    cloud.handle(answerText(200, body));
    const client = createClient(cloud);
    const read = await failureOf(client.images.get(IMAGE_ID));
    expect(read).toMatchObject({ code: "malformed_response", status: 200 });
    expect(read.message).toContain(problem);
    expect(read.message.length).toBeLessThan(1_500);
  });

  it("is read as text, not as JSON, beyond what an error of the API takes", async () => {
    const message = (padding: number) =>
      JSON.stringify({ error: { code: "Code", message: "the message" }, padding: "x".repeat(padding) });
    const reasonOf = async (body: string) => {
      cloud.handle(answerText(400, body));
      return (await failureOf(createClient(cloud).images.get(IMAGE_ID))).apiMessage;
    };
    expect(await reasonOf(message(1_000))).toBe("the message");
    expect(await reasonOf(message(MIB))).not.toBe("the message");
  });

  it("names another object that was returned, in a few words", async () => {
    cloud.handle(answer(200, { image: imageJson({ id: `x\u001b[2J${"y".repeat(200)}` }) }));
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error.code).toBe("malformed_response");
    expect(error.message).not.toContain("\u001b");
  });

  it.each([501, 505])("is not reported as temporary after %d", async (status) => {
    cloud.handle(answerText(status, ""));
    const error = await failureOf(createClient(cloud).images.get(IMAGE_ID));
    expect(error).toMatchObject({ code: "not_supported", transient: false });
    expect(error.message).not.toContain("temporary");
  });
});

describe("a list that does not end", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
  });
  afterEach(() => cloud.close());

  const page = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `image-${from + index}` }));
  const serve = (images: (offset: number) => object[], total: number | null) =>
    cloud.handle((request, response) => {
      const offset = Number(request.query.get("offset"));
      answer(200, { images: images(offset), pagination: { total, limit: 1000, offset } })(request, response);
    });

  it("ends at an empty page, whatever its total", async () => {
    serve((offset) => (offset === 0 ? page(0, 1000) : []), 9e15);
    expect(await createClient(cloud).images.list()).toHaveLength(1000);
    expect(cloud.requests().length).toBeLessThan(20);
  });

  it("ends when its pages have nothing new, whatever its total", async () => {
    serve(() => page(0, 1000), 9e15);
    expect(await createClient(cloud).images.list()).toHaveLength(1000);
    expect(cloud.requests().length).toBeLessThan(50);
  });

  it.each([
    ["with a total", 9e15],
    ["without a total", null],
  ])("is an error when it grows beyond every list, %s", async (_name, total) => {
    serve((offset) => page(offset, 1000), total);
    const error = await failureOf(createClient(cloud).images.list());
    expect(error).toMatchObject({ code: "too_large", operation: "ListImages", transient: false });
    expect(error.message).toContain("more than 100000 items");
  });

  it("is an error when it has pages without end", async () => {
    serve((offset) => page(offset, 1), 9e15);
    const client = createClient(cloud);
    const error = await failureOf(client.images.list({ name: "x" }));
    expect(error).toMatchObject({ code: "too_large" });
    expect(error.message).toContain("more than 2000 pages");
  }, 60_000);
});
