import { describe, expect, it } from "vitest";
import { ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import { DiagnosticError } from "../../../src/framework/diagnostics.ts";
import { formatPath } from "../../../src/framework/path.ts";
import { validateConfig } from "../../../src/framework/validate.ts";
import type { ObjectValue, Value } from "../../../src/framework/value.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";
import { plan, validate } from "./support.ts";

const provider = createKakaoCloudProvider("0.0.0", {});
const image = present(provider.resources.kakaocloud_image);
const member = present(provider.resources.kakaocloud_image_member);
const IMAGE_ID = "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90";
const GOOD = { name: "golden-web", volume_id: ROOT_VOLUME };

/** Texts that are not UUIDs, among them ones that would lead to another place if they were put into a path as they are. */
const NO_UUIDS = [
  "",
  " ",
  "x",
  "..",
  ".",
  "/",
  "../volumes",
  "..%2fvolumes",
  `${IMAGE_ID}/members`,
  `${IMAGE_ID}?force=true`,
  `${IMAGE_ID}#`,
  `${IMAGE_ID} `,
  ` ${IMAGE_ID}`,
  `${IMAGE_ID}\n`,
  `${IMAGE_ID}\u0000`,
  `{${IMAGE_ID}}`,
  IMAGE_ID.replaceAll("-", ""),
  IMAGE_ID.slice(1),
  `${IMAGE_ID}0`,
  "00000000-0000-0000-0000-000000000000",
  "3c0f5b1e-8f0a-6c55-9f0e-6a1d2b7c4e90",
  "3c0f5b1e-8f0a-4c55-cf0e-6a1d2b7c4e90",
  "3g0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90",
  "３c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90",
];

const NO_NAMES = [
  "abc",
  "a",
  "-golden",
  "golden-",
  "_golden",
  "golden_",
  "gol--den",
  "gol__den",
  "gol-_den",
  "gol_-den",
  "gol den",
  "gol.den",
  "gol/den",
  "göld",
  "골든이미지",
  "golden!",
];
const IMPOSSIBLE_NAMES = ["", " ", "gol\nden", "gol\u0000den", "g".repeat(251), "금".repeat(84)];

const NO_DESCRIPTIONS = [
  "x".repeat(101),
  "line\nbreak",
  "tab\tbed",
  "dollar $",
  "caret ^",
  "back`tick",
  "emoji 🙂",
  "accent é",
  "ㅏ",
  "日本",
];

const NO_DURATIONS = [
  "",
  "5",
  "1 h",
  " 5m",
  "5m ",
  "1d",
  "2w",
  "1y",
  "30min",
  "5M",
  "1e3s",
  "1_000s",
  "--5m",
  "1h-30m",
  "1h,30m",
  "five",
  "-",
  ".s",
  "９s",
];

const NO_PROJECTS = [
  "",
  "x",
  "0b1c2d3e4f5061728394a5b6c7d8e9f",
  "0b1c2d3e4f5061728394a5b6c7d8e9f00",
  "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
  "gb1c2d3e4f5061728394a5b6c7d8e9f0",
  "../x",
];

const NO_FILTERS: readonly [name: string, value: string | null][] = [
  ["nmae", "x"],
  ["nmae", null],
  ["", "x"],
  ["constructor", "x"],
  ["instance_type", "npu"],
  ["image_type", "mine"],
  ["size", "1.5"],
  ["size", "many"],
  ["size", "9223372036854775808"],
  ["min_disk", "2147483648"],
  ["min_disk", "-1"],
  ["created_at", "yesterday"],
  ["created_at", "2025-02-30"],
  ["updated_at", "25:00"],
];

const NO_PROVIDERS: readonly [attribute: string, value: Value][] = [
  ["region", "seoul"],
  ["region", ""],
  ["region", "KR-CENTRAL-2"],
  ["service_realm", "private"],
  ["endpoint_overrides", new Map([["imgae", "https://image.example"]])],
  ["endpoint_overrides", new Map([["image", ""]])],
  ["endpoint_overrides", new Map([["image", "image.example"]])],
  ["endpoint_overrides", new Map([["image", "ftp://image.example"]])],
  ["endpoint_overrides", new Map([["image", "https://user:secret@image.example"]])],
  ["endpoint_overrides", new Map([["image", "https://image.example?x=1"]])],
];

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the provider does not have it");
  return value;
}

/** Expects one finding that begins with the attribute and says what is wrong in more than a few words. */
function expectFinding(findings: readonly string[], attribute: string): void {
  expect(findings, `findings about ${attribute}`).toHaveLength(1);
  expect(findings[0]).toMatch(new RegExp(`^${attribute.replaceAll(/[[\].]/g, "\\$&")}[^:]*: .{20,}`, "s"));
}

const named = (config: ObjectValue): ObjectValue => ({ ...GOOD, ...config });

const existing = (attributes: ObjectValue): ObjectValue => ({
  ...Object.fromEntries(Object.keys(image.schema.attributes).map((name) => [name, null])),
  ...named(attributes),
  id: IMAGE_ID,
});

describe("what is wrong with an image", () => {
  it.each(NO_UUIDS)("validate reports volume_id %j, which is not a UUID", (volume_id) => {
    expectFinding(validate(image, named({ volume_id })), "volume_id");
  });

  it.each(IMPOSSIBLE_NAMES)("validate refuses the name %j, which no image can have", (name) => {
    expect(validate(image, named({ name })).some((finding) => finding.startsWith("name: "))).toBe(true);
  });

  it.each([...NO_NAMES, ...IMPOSSIBLE_NAMES])("a plan refuses to name a new image %j", (name) => {
    const { diagnostics } = plan(image, named({ name }));
    expect(diagnostics.map(({ severity, path }) => [severity, formatPath(path ?? [])])).toEqual([
      ["error", "name"],
    ]);
  });

  it.each(NO_NAMES)("an image that is named %j keeps its name without a word", (name) => {
    const config = named({ name });
    expect(validate(image, config)).toEqual([]);
    expect(plan(image, config, existing({ name })).diagnostics).toEqual([]);
  });

  it.each(NO_DESCRIPTIONS)("a plan refuses to set the description %j", (description) => {
    const { diagnostics } = plan(image, named({ description }));
    expect(diagnostics.map(({ severity, path }) => [severity, formatPath(path ?? [])])).toEqual([
      ["error", "description"],
    ]);
  });

  it.each(NO_DESCRIPTIONS)("an image with the description %j keeps it without a word", (description) => {
    const config = named({ description });
    expect(validate(image, config)).toEqual([]);
    expect(plan(image, config, existing({ description })).diagnostics).toEqual([]);
  });

  it.each(NO_DURATIONS)("validate refuses the duration %j", (text) => {
    const timeouts = { create: text, read: null, update: null, delete: null };
    expectFinding(validate(image, named({ timeouts })), "timeouts.create");
  });

  it("a plan refuses a new image without a volume", () => {
    const { diagnostics } = plan(image, { name: "golden-web" });
    expect(diagnostics.map(({ path }) => formatPath(path ?? []))).toEqual(["volume_id"]);
  });

  it.each([...NO_UUIDS, `${IMAGE_ID}/x`, `${IMAGE_ID}/${ROOT_VOLUME}/x`, `/${IMAGE_ID}`])(
    "an import refuses the id %j",
    (id) => {
      expect(() => image.import?.(id)).toThrow(DiagnosticError);
      expect(() => image.import?.(id)).toThrow("a UUID such as");
    },
  );

  it.each(["size", "status", "owner", "created_at"])(
    "validate refuses a value for %s, which only the API sets",
    (name) => {
      expectFinding(validate(image, named({ [name]: name === "size" ? 1 : "x" })), name);
    },
  );
});

describe("what is wrong with a share", () => {
  it.each(NO_PROJECTS)("validate reports that %j is not a project ID", (id) => {
    expectFinding(validate(member, { id: IMAGE_ID, shared_member_ids: [id] }), "shared_member_ids");
  });

  it.each(NO_UUIDS)("validate reports that the image %j is not a UUID", (id) => {
    expectFinding(validate(member, { id, shared_member_ids: [] }), "id");
  });
});

describe("what is wrong with a data source", () => {
  const images = present(provider.dataSources.kakaocloud_images);
  it.each(NO_FILTERS)("validate refuses the filter %j = %j", (name, value) => {
    expectFinding(validate(images, { filter: [{ name, value }] }), "filter[0]");
  });

  const single = [
    "kakaocloud_image",
    "kakaocloud_volume",
    "kakaocloud_instance",
    "kakaocloud_image_member",
  ] as const;
  it.each(single.flatMap((type) => NO_UUIDS.map((id) => [type, id] as const)))(
    "validate reports that the ID of %s is not a UUID: %j",
    (type, id) => {
      expectFinding(validate(present(provider.dataSources[type]), { id }), "id");
    },
  );
});

describe("what is wrong with the provider's configuration", () => {
  it.each(NO_PROVIDERS)("validate refuses %s", (attribute, value) => {
    const config = {
      application_credential_id: null,
      application_credential_secret: null,
      [attribute]: value,
    };
    const found = validateConfig(provider.schema, config, { writeOnlyAllowed: true });
    expect(found.map(({ path }) => formatPath(path ?? []).replace(/\[.*/, ""))).toEqual([attribute]);
    expect(found[0]?.detail).toContain(attribute);
    expect(found[0]?.detail).not.toContain("user:secret");
  });
});
