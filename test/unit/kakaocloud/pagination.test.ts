import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  answer,
  apiError,
  createClient,
  type FakeCloud,
  failureOf,
  type SeenRequest,
  startFakeCloud,
} from "./fake-cloud.ts";

interface Item {
  readonly id: string;
  readonly created_at?: string | null;
}

interface ListServer {
  /** What the list holds when a page at this offset is requested. */
  readonly items: readonly Item[] | ((offset: number) => readonly Item[]);
  /** The largest page that is given. */
  readonly cap?: number;
  readonly pagination?: (facts: {
    total: number;
    offset: number;
    limit: number;
  }) => object | null | undefined;
}

const numbered = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: `image-${String(index).padStart(6, "0")}` }));

describe("a list", () => {
  let cloud: FakeCloud;
  beforeEach(async () => {
    cloud = await startFakeCloud();
  });
  afterEach(() => cloud.close());

  const serve = ({ items, cap = 1000, pagination = (facts) => facts }: ListServer) =>
    cloud.handle((request, response) => {
      const { offset, limit } = range(request);
      const all = typeof items === "function" ? items(offset) : items;
      const size = Math.min(limit, cap);
      const page = { total: all.length, offset, limit: size };
      answer(200, { images: all.slice(offset, offset + size), pagination: pagination(page) })(
        request,
        response,
      );
    });
  const range = ({ query }: SeenRequest) => ({
    offset: Number(query.get("offset")),
    limit: Number(query.get("limit")),
  });
  const ids = async () => (await createClient(cloud).images.list()).map(({ id }) => id);
  const idsOf = (items: readonly Item[]) => items.map(({ id }) => id);

  it("of one page takes one request, with the filters as they are", async () => {
    serve({ items: numbered(3) });
    const filters = { name: "a&b", created_at: "2025-03-04T05:06:07Z", size: 5 };
    expect(await createClient(cloud).images.list(filters)).toHaveLength(3);
    expect(cloud.requests()).toHaveLength(1);
    expect(Object.fromEntries(cloud.requests()[0]?.query ?? [])).toEqual({
      name: "a&b",
      created_at: "2025-03-04T05:06:07Z",
      size: "5",
      sort_keys: "created_at",
      sort_dirs: "desc",
      limit: "1000",
      offset: "0",
    });
  });

  it.each([
    ["empty", { images: [], pagination: { total: 0 } }],
    ["null", { images: null, pagination: null }],
    ["missing", {}],
  ])("fault 43: that is %s is an empty list", async (_name, body) => {
    cloud.handle(answer(200, body));
    expect(await ids()).toEqual([]);
    expect(cloud.requests()).toHaveLength(1);
  });

  it("fault 44: is read until its total", async () => {
    const items = numbered(3500);
    serve({ items });
    expect(await ids()).toEqual(idsOf(items));
    expect(cloud.requests().map((request) => range(request).offset)).toEqual([0, 1000, 2000, 3000]);
  });

  it("fault 44: is whole although the server returns smaller pages than requested", async () => {
    const items = numbered(230);
    serve({ items, cap: 50 });
    expect(await ids()).toEqual(idsOf(items));
    expect(cloud.requests()).toHaveLength(5);
  });

  it("is whole although the server returns smaller pages without saying so", async () => {
    const items = numbered(230);
    serve({ items, cap: 50, pagination: ({ total }) => ({ total }) });
    expect(await ids()).toEqual(idsOf(items));
    expect(cloud.requests()).toHaveLength(5);
  });

  it("is whole although the server refuses large pages", async () => {
    const items = numbered(230);
    cloud.handle((request, response) => {
      const { offset, limit } = range(request);
      if (limit > 100) return answer(422, { detail: [] })(request, response);
      const page = { images: items.slice(offset, offset + limit), pagination: { total: 230, limit, offset } };
      answer(200, page)(request, response);
    });
    expect(await ids()).toEqual(idsOf(items));
  });

  it("fails with the server's first error when the query is wrong", async () => {
    cloud.script(answer(400, apiError("Bad", "Unknown filter.")), answer(400, apiError("Bad", "Again.")));
    const error = await failureOf(createClient(cloud).images.list());
    expect(error).toMatchObject({ code: "invalid_request", apiMessage: "Unknown filter." });
  });

  it.each([
    ["with page sizes", ({ limit }: { limit: number }) => ({ limit })],
    ["without pagination", () => undefined],
  ])("is whole although there is no total, %s", async (_name, pagination) => {
    const items = numbered(130);
    serve({ items, cap: 50, pagination });
    expect(await ids()).toEqual(idsOf(items));
  });

  it("ends although the server ignores the offset", async () => {
    const items = numbered(40);
    cloud.handle(answer(200, { images: items }));
    expect(await ids()).toEqual(idsOf(items));
    expect(cloud.requests().length).toBeLessThan(5);
  });

  it("ends although the total counts more than the filter matches", async () => {
    serve({ items: numbered(3), pagination: () => ({ total: 100_000 }) });
    expect(await ids()).toHaveLength(3);
    expect(cloud.requests()).toHaveLength(2);
  });

  it("has each item once although the list grows at its start while it is read", async () => {
    const old = numbered(150);
    let grown = false;
    serve({
      cap: 50,
      items: (offset) => {
        const items = grown ? [{ id: "new" }, ...old] : old;
        if (offset === 0) grown = true;
        return items;
      },
    });
    expect((await ids()).sort()).toEqual([...idsOf(old), "new"].sort());
  });

  it("is read to its new end when it grows by whole pages", async () => {
    const old = numbered(100);
    const fresh = Array.from({ length: 100 }, (_, index) => ({ id: `new-${index}` }));
    let grown = 0;
    serve({
      cap: 50,
      items: (offset) => {
        const items = [...fresh.slice(0, grown), ...old];
        if (offset === 0) grown += 50;
        return items;
      },
    });
    expect(await ids()).toEqual(expect.arrayContaining(idsOf(old)));
  });

  it("misses no item that changed places with another between two pages", async () => {
    const items = numbered(100);
    const swapped = [
      ...items.slice(0, 49),
      ...items.slice(99),
      ...items.slice(50, 99),
      ...items.slice(49, 50),
    ];
    let reads = 0;
    serve({
      cap: 50,
      items: (offset) => {
        if (offset === 0) reads += 1;
        return offset > 0 && reads === 1 ? swapped : items;
      },
    });
    expect(await ids()).toEqual(idsOf(items));
  });

  it("misses no item although another is deleted while it is read", async () => {
    const old = numbered(150);
    let shrunk = false;
    serve({
      cap: 50,
      items: (offset) => {
        const items = shrunk ? old.slice(1) : old;
        if (offset === 0) shrunk = true;
        return items;
      },
    });
    expect(await ids()).toEqual(idsOf(old));
  });

  it("keeps the server's order", async () => {
    const items = [
      { id: "d", created_at: null },
      { id: "c", created_at: "2025-03-04T05:00:00Z" },
      { id: "b", created_at: "2025-03-04T15:00:00+09:00" },
      { id: "a", created_at: "2025-03-04T05:00:00Z" },
    ];
    serve({ items });
    expect(await ids()).toEqual(["d", "c", "b", "a"]);
  });

  it("fault 42: of members is whole and in the server's order", async () => {
    const members = numbered(1200).reverse();
    cloud.handle((request, response) => {
      const { offset, limit } = range(request);
      expect([...request.query.keys()].sort()).toEqual(["limit", "offset"]);
      const page = {
        members: members.slice(offset, offset + limit),
        pagination: { total: 1200, offset, limit },
      };
      answer(200, page)(request, response);
    });
    const found = await createClient(cloud).members.list("image");
    expect(found.map(({ id }) => id)).toEqual(idsOf(members));
  });

  it("reads its pages side by side, but never too many at once", async () => {
    let open = 0;
    let most = 0;
    const items = numbered(2000);
    cloud.handle((request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        const { offset } = range(request);
        const page = {
          images: items.slice(offset, offset + 50),
          pagination: { total: 2000, limit: 50, offset },
        };
        answer(200, page)(request, response);
      }, 5);
    });
    expect(await ids()).toHaveLength(2000);
    expect(most).toBe(8);
  });

  it("requests no further page once one has failed", async () => {
    const items = numbered(5000);
    cloud.handle((request, response) => {
      const { offset } = range(request);
      if (offset === 50) return answer(403, apiError("Forbidden", "No."))(request, response);
      const page = {
        images: items.slice(offset, offset + 50),
        pagination: { total: 5000, limit: 50, offset },
      };
      answer(200, page)(request, response);
    });
    const error = await failureOf(createClient(cloud).images.list());
    expect(error.code).toBe("forbidden");
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The first page, and those that were on their way together with the failing one.
    expect(cloud.requests().length).toBeLessThanOrEqual(9);
  });

  it("is aborted as a whole", async () => {
    const controller = new AbortController();
    cloud.handle((request, response) => {
      const { offset } = range(request);
      if (offset > 0) return controller.abort();
      answer(200, { images: numbered(50), pagination: { total: 5000, limit: 50 } })(request, response);
    });
    const error = await failureOf(createClient(cloud).images.list({}, { signal: controller.signal }));
    expect(error.code).toBe("aborted");
  });

  it("names the element and the field that it cannot read", async () => {
    serve({ items: [{ id: "a" }, { id: "b", created_at: "yesterday" }] });
    const error = await failureOf(createClient(cloud).images.list());
    expect(error).toMatchObject({ code: "malformed_response", operation: "ListImages" });
    expect(error.message).toContain("images[1].created_at should be a time");
  });
});
