import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Invocation, run } from "../../../src/importer/run.ts";
import { releaseLater } from "../../harness/cleanup.ts";
import { CREDENTIAL } from "../../harness/emulator.ts";
import { type FakeCloud, sendJson, startFakeCloud } from "../kakaocloud/fake-cloud.ts";

const PROJECT = "0b1c2d3e4f5061728394a5b6c7d8e9f0";
const idOf = (digit: number): string => `3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e9${digit}`;
const whole = (id: string, more: object = {}) => ({
  id,
  name: `image-${id.at(-1)}`,
  status: "active",
  owner: PROJECT,
  project_id: PROJECT,
  is_shared: false,
  created_at: "2025-03-04T05:06:07Z",
  ...more,
});

/** A server that lists some images and shows others one by one; members are those of every image. */
async function useCloud(
  listed: readonly object[],
  shown: Readonly<Record<string, object>> = {},
  members: readonly object[] | null = [],
): Promise<FakeCloud> {
  const cloud = await startFakeCloud();
  releaseLater(() => cloud.close());
  const notFound = { error: { code: "404", message: "not found" } };
  cloud.handle(({ path }, response) => {
    const [, id, rest] = /\/images(?:\/([^/]+)(\/members)?)?$/.exec(path) ?? [];
    if (id === undefined)
      return sendJson(response, 200, { images: listed, pagination: { total: listed.length } });
    if (rest !== undefined) {
      return members === null
        ? sendJson(response, 404, notFound)
        : sendJson(response, 200, { members, pagination: { total: members.length } });
    }
    const image = shown[id];
    return image === undefined ? sendJson(response, 404, notFound) : sendJson(response, 200, { image });
  });
  return cloud;
}

async function runOn({ url }: FakeCloud, args: readonly string[] = [], more: Partial<Invocation> = {}) {
  let stdout = "";
  let stderr = "";
  const code = await run({
    program: "program",
    version: "1.2.3",
    args: [
      ...args,
      ...["iam", "config", "image", "volume", "bcs"].flatMap((service) => [
        "--endpoint",
        `${service}=${url}`,
      ]),
    ],
    env: {
      KAKAOCLOUD_APPLICATION_CREDENTIAL_ID: CREDENTIAL.id,
      KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET: CREDENTIAL.secret,
    },
    print: async (text) => {
      stdout += text;
    },
    readInput: async () => "",
    stderr: { write: (text: string) => (stderr += text) },
    ...more,
  });
  return { code, stdout, stderr };
}

describe("a list that leaves something out", () => {
  it.each([["name"], ["owner"], ["project_id"]])("as %s is completed by the image itself", async (field) => {
    const cloud = await useCloud([{ ...whole(idOf(0)), [field]: null }], { [idOf(0)]: whole(idOf(0)) });
    const { code, stdout, stderr } = await runOn(cloud);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('  name = "image-0"');
  });

  it("does not fail when the image is deleted meanwhile", async () => {
    const cloud = await useCloud([whole(idOf(0)), { ...whole(idOf(1)), owner: null }]);
    const { code, stdout, stderr } = await runOn(cloud);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("image_0");
    expect(stdout).not.toContain("image_1");
  });

  it("requests nothing that is in the list", async () => {
    const cloud = await useCloud([whole(idOf(0)), whole(idOf(1))]);
    await runOn(cloud);
    expect(cloud.requests().filter(({ path }) => path.includes("images"))).toHaveLength(1);
  });
});

it.each(["utf8", "utf16le"] as const)("a state may be in a file that is written in %s", async (encoding) => {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  releaseLater(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "state.json");
  const instances = [{ attributes: { id: idOf(0) } }];
  const resources = [{ mode: "managed", type: "kakaocloud_image", name: "이미지", instances }];
  writeFileSync(file, `\ufeff${JSON.stringify({ version: 4, resources })}`, encoding);
  const cloud = await useCloud([whole(idOf(0)), whole(idOf(1))]);
  const { code, stdout, stderr } = await runOn(cloud, ["--exclude-state", file]);
  expect(code, stderr).toBe(0);
  expect(stdout).not.toContain("image_0");
  expect(stdout).toContain("image_1");
});

describe("shares", () => {
  const shared = [whole(idOf(0), { is_shared: true })];

  it("are reported without --members", async () => {
    const { stderr } = await runOn(await useCloud(shared));
    expect(stderr).toContain("1 image is shared with other projects; --members also adopts the shares.");
  });

  it("that are no longer in force, or of an image that is deleted meanwhile, are not written", async () => {
    for (const members of [[], [{ id: PROJECT, is_shared: false }], null]) {
      const { code, stdout, stderr } = await runOn(await useCloud(shared, {}, members), ["--members"]);
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('resource "kakaocloud_image"');
      expect(stdout).not.toContain("kakaocloud_image_member");
    }
  });

  it("with an invalid project ID are left out, and reported", async () => {
    const members = [{ id: "who\u001b[31m", is_shared: true }];
    const { stdout, stderr } = await runOn(await useCloud(shared, {}, members), ["--members"]);
    expect(stdout).not.toContain("kakaocloud_image_member");
    expect(stderr).toContain(
      `the shares of image ${idOf(0)} are left out: "who\\u001b[31m" is not a project ID`,
    );
  });
});

it("an id that is listed twice, in upper and lower case, is one image", async () => {
  const cloud = await useCloud(
    [whole(idOf(0)), whole(idOf(0).toUpperCase()), whole(idOf(1), { owner: null })],
    {
      [idOf(1)]: whole(idOf(1)),
    },
  );
  const { code, stdout, stderr } = await runOn(cloud);
  expect(code, stderr).toBe(0);
  expect(stdout.match(/^resource /gm)).toHaveLength(2);
  expect(stderr).toContain("wrote 2 images to standard output.");
});

it("--provider is written into each block", async () => {
  const members = [{ id: PROJECT, is_shared: true }];
  const cloud = await useCloud([whole(idOf(0), { is_shared: true })], {}, members);
  const { stdout } = await runOn(cloud, ["--members", "--provider", "images.seoul"]);
  expect(stdout.match(/^(import|resource) /gm)).toHaveLength(4);
  expect(stdout.match(/^ {2}provider += images\.seoul$/gm)).toHaveLength(4);
});

it("an image belongs to the project whatever the case of the letters", async () => {
  const { stdout } = await runOn(await useCloud([whole(idOf(0), { owner: PROJECT.toUpperCase() })]));
  expect(stdout).toContain("image_0");
});

it("nothing that was read reaches a terminal as a control sequence", async () => {
  const broken = whole(idOf(0), { name: "\u001b]0;x\u0007\u202e", status: "er\u001b[1mror" });
  const { stderr } = await runOn(await useCloud([broken]));
  expect(stderr).toContain('image "\\u001b]0;x\\u0007\\u202e"');
  expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

it("the text of an API error reaches no terminal as a control sequence either, and options are named", async () => {
  const cloud = await useCloud([]);
  cloud.handle((_request, response) =>
    sendJson(response, 400, { error: { code: "400", message: "no \u001b[31m such" } }),
  );
  const { code, stderr } = await runOn(cloud);
  expect(code).toBe(1);
  expect(stderr).toContain("no \ufffd[31m such");
  const lost = await startFakeCloud();
  releaseLater(() => lost.close());
  lost.handle((_request, response) => sendJson(response, 200, {}));
  const { stderr: remedy } = await runOn(lost, [], {
    args: ["iam", "config"].flatMap((service) => ["--endpoint", `${service}=${lost.url}`]),
  });
  expect(remedy).toContain("given with --endpoint");
  expect(remedy).not.toContain("endpoint_overrides");
});
