import { gzipSync } from "node:zlib";
import { isObject } from "../api/request.ts";
import type { RawResponse } from "../server/delivery.ts";

type Editable = Record<string, unknown>;

/** Changes the objects that a response is about: the image, the volume, each row of a list, the token. */
const eachItem =
  (change: (item: Editable) => void) =>
  (wire: RawResponse): RawResponse =>
    editJson(wire, (body) => {
      for (const value of Object.values(body)) {
        for (const item of Array.isArray(value) ? value : [value]) if (isObject(item)) change(item);
      }
    });

const set = (key: string, value: unknown) =>
  eachItem((item) => (key in item ? Object.assign(item, { [key]: value }) : item));
const drop = (key: string) => eachItem((item) => delete item[key]);

/** The ways in which a successful response can be wrong. */
const VARIANTS = {
  /** JSON that ends too early, with a matching Content-Length. */
  "truncated-json": (wire: RawResponse) => ({
    ...wire,
    payload: wire.payload.subarray(0, Math.max(1, wire.payload.length - 7)),
  }),
  /** JSON followed by something else. */
  "trailing-garbage": (wire: RawResponse) => ({
    ...wire,
    payload: Buffer.concat([wire.payload, Buffer.from("}]garbage")]),
  }),
  /** Not JSON at all, though it says so. */
  "html-as-json": (wire: RawResponse) => ({
    ...wire,
    payload: Buffer.from("<html><body>It works!</body></html>"),
  }),
  "size-float": set("size", 1.5),
  "size-text": set("size", "2361393152"),
  "min-disk-text": set("min_disk", "20"),
  "is-shared-text": set("is_shared", "false"),
  "name-number": set("name", 42),
  /** Times without a zone. */
  "naive-time": eachItem((item) => {
    for (const [key, value] of Object.entries(item)) {
      if (key.endsWith("_at") && typeof value === "string")
        item[key] = value.replace(/(Z|[+-]\d\d:\d\d)$/, "");
    }
  }),
  "instance-type-unknown": set("instance_type", "npu"),
  "instance-type-upper": set("instance_type", "VM"),
  "zone-unknown": set("availability_zone", "kr-central-3-a"),
  "status-null": set("status", null),
  "status-missing": drop("status"),
  "status-unknown": set("status", "reticulating"),
  "id-missing": drop("id"),
  "id-null": set("id", null),
  /** A well-formed id, but of no image. */
  "id-other": set("id", "ffffffff-ffff-4fff-8fff-ffffffffffff"),
  "id-number": set("id", 42),
  /** An id beyond any header or path. */
  "id-huge": set("id", "f".repeat(1_000_000)),
  "os-info-missing": drop("os_info"),
  "description-missing": drop("description"),
  /** `{"image": null}`, and the like for every other object and list. */
  "object-null": (wire: RawResponse) =>
    editJson(wire, (body) => {
      for (const key of Object.keys(body)) if (key !== "pagination") body[key] = null;
    }),
  "pagination-missing": (wire: RawResponse) => editJson(wire, (body) => delete body.pagination),
  "pagination-null": (wire: RawResponse) =>
    editJson(wire, (body) => Object.assign(body, { pagination: null })),
  "total-missing": (wire: RawResponse) =>
    editJson(wire, (body) => {
      if (isObject(body.pagination)) body.pagination = { ...body.pagination, total: undefined };
    }),
  /** A list response without its list. */
  "list-missing": (wire: RawResponse) =>
    editJson(wire, (body) => {
      for (const [key, value] of Object.entries(body)) if (Array.isArray(value)) delete body[key];
    }),
  /** 200 with an empty body. */
  "empty-body": (wire: RawResponse) => ({ ...wire, payload: Buffer.alloc(0) }),
  /** The JSON value null. */
  "null-body": (wire: RawResponse) => ({ ...wire, payload: Buffer.from("null") }),
  "array-body": (wire: RawResponse) => ({ ...wire, payload: Buffer.from("[]") }),
  "text-body": (wire: RawResponse) => ({ ...wire, payload: Buffer.from('"ok"') }),
  /** Right, with one more key, whose value is nested more deeply than a stack holds. */
  "deep-body": (wire: RawResponse) => ({
    ...wire,
    payload: Buffer.from(
      wire.payload.toString().replace(/\}$/, `,"more":${"[".repeat(20_000)}${"]".repeat(20_000)}}`),
    ),
  }),
  /** A Content-Length that ends before the body does. */
  "length-too-short": (wire: RawResponse) => withLength(wire, -7),
  /** A Content-Length that promises more than comes. */
  "length-too-long": (wire: RawResponse) => withLength(wire, 7),
  "content-type-wrong": (wire: RawResponse) => ({
    ...wire,
    headers: { ...wire.headers, "Content-Type": "text/html" },
  }),
  "content-type-missing": (wire: RawResponse) => {
    const { "Content-Type": _, ...headers } = wire.headers;
    return { ...wire, headers };
  },
  /** Correct, but compressed whether or not the client accepts that. */
  gzip: (wire: RawResponse) => ({
    ...wire,
    headers: { ...wire.headers, "Content-Encoding": "gzip" },
    payload: gzipSync(wire.payload),
  }),
  "expires-at-missing": drop("expires_at"),
  "expires-at-naive": set("expires_at", "2030-01-01T00:00:00"),
  "subject-token-missing": (wire: RawResponse) => {
    const { "X-Subject-Token": _, ...headers } = wire.headers;
    return { ...wire, headers };
  },
} satisfies Readonly<Record<string, (wire: RawResponse) => RawResponse>>;

/** The name of a way in which a response is wrong. */
export type MalformedVariant = keyof typeof VARIANTS;

/** Every name, for checks and help texts. */
export const MALFORMED_VARIANTS = Object.keys(VARIANTS) as readonly MalformedVariant[];

/** Makes a successful response wrong; errors stay as they are. */
export function malform(wire: RawResponse, variant: MalformedVariant): RawResponse {
  if (wire.status >= 300) return wire;
  return VARIANTS[variant](wire);
}

function withLength(wire: RawResponse, difference: number): RawResponse {
  const length = Math.max(0, wire.payload.length + difference);
  return { ...wire, headers: { ...wire.headers, "Content-Length": String(length) } };
}

function editJson(wire: RawResponse, change: (body: Editable) => void): RawResponse {
  if (wire.payload.length === 0) return wire;
  const body: unknown = JSON.parse(wire.payload.toString());
  if (!isObject(body)) return wire;
  const editable = { ...body };
  change(editable);
  return { ...wire, payload: Buffer.from(JSON.stringify(editable)) };
}
