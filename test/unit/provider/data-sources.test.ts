import { expect, test } from "vitest";
import { DATA_VOLUME, INSTANCE, OTHER_PROJECTS, ROOT_VOLUME } from "../../../src/emulator/state/defaults.ts";
import type { KakaoCloud } from "../../../src/kakaocloud/client.ts";
import type { Image } from "../../../src/kakaocloud/images.ts";
import type { Instance } from "../../../src/kakaocloud/instances.ts";
import type { Volume } from "../../../src/kakaocloud/volumes.ts";
import { imageDataSource } from "../../../src/provider/image/data-source.ts";
import { imageAttributesOf } from "../../../src/provider/image/state.ts";
import { imageMemberDataSource } from "../../../src/provider/image-member/data-source.ts";
import { instanceDataSource } from "../../../src/provider/instance/data-source.ts";
import { instanceAttributesOf } from "../../../src/provider/instance/state.ts";
import { volumeDataSource } from "../../../src/provider/volume/data-source.ts";
import { volumeAttributesOf } from "../../../src/provider/volume/state.ts";
import { elements, startCloud, texts, validate } from "./support.ts";

const NOWHERE = "11111111-1111-4111-8111-111111111111";
const BY_ID = {
  image: imageDataSource,
  "image member": imageMemberDataSource,
  volume: volumeDataSource,
  instance: instanceDataSource,
};

test("an image is found by its ID, with everything the API returns", async () => {
  const cloud = await startCloud();
  const { id } = cloud.emulator.seedImage({
    name: "golden",
    created_at: "2025-03-04T05:06:07Z",
    min_disk: 30,
  });
  const { state, diagnostics } = await cloud.lookUp(imageDataSource, { id });
  expect(diagnostics).toEqual([]);
  expect(state).toEqual({
    id,
    name: "golden",
    description: null,
    size: 684_523_520,
    status: "active",
    owner: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
    visibility: "private",
    is_shared: false,
    disk_format: "qcow2",
    container_format: "bare",
    min_disk: 30,
    min_ram: 0,
    virtual_size: 30 * 2 ** 30,
    instance_type: "vm",
    image_member_status: null,
    project_id: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
    created_at: "2025-03-04T05:06:07Z",
    updated_at: "2025-03-04T05:06:07Z",
    os_info: {
      type: "LINUX",
      distro: "ubuntu",
      architecture: "x86_64",
      admin_user: "ubuntu",
      is_hidden: false,
    },
    timeouts: null,
  });
});

test("a volume is found by its ID, with its metadata and the image it was created from", async () => {
  const cloud = await startCloud();
  cloud.emulator.seedVolume({ id: ROOT_VOLUME, metadata: { team: "web" } });
  const { state } = await cloud.lookUp(volumeDataSource, { id: ROOT_VOLUME });
  expect(state).toMatchObject({
    name: "web-01-root",
    size: 20,
    is_root: true,
    instance_id: INSTANCE,
    instance_name: "web-01",
    metadata: new Map([["team", "web"]]),
    image_metadata: { image_name: "Ubuntu 22.04", min_disk: "10", size: "684523520" },
    launched_at: "2025-03-01T00:00:00Z",
  });
  const { state: data } = await cloud.lookUp(volumeDataSource, { id: DATA_VOLUME });
  expect(data).toMatchObject({ is_root: false, image_metadata: null, metadata: new Map() });
});

test("an instance's volumes keep the server's order, whatever it is", async () => {
  const cloud = await startCloud({ attachedOrder: "shuffled" });
  for (const letter of ["e", "c", "d"]) {
    cloud.emulator.seedVolume({
      id: `00000000-0000-4000-8000-00000000000${letter}`,
      instance_id: INSTANCE,
      mount_point: `/dev/vd${letter}`,
    });
  }
  const orders = new Set<string>();
  for (let round = 0; round < 5; round++) {
    const { state } = await cloud.lookUp(instanceDataSource, { id: INSTANCE });
    const letters = elements(state, "attached_volumes").map(({ mount_point }) =>
      String(mount_point).slice(-1),
    );
    expect(letters.toSorted()).toEqual(["a", "b", "c", "d", "e"]);
    orders.add(letters.join(""));
    expect(
      elements(state, "attached_volumes")
        .map(({ is_root }) => is_root)
        .filter(Boolean),
    ).toHaveLength(1);
  }
  expect(orders.size).toBeGreaterThan(1);
});

test("the ID of a data source is what the API returned, not what was configured in another case", async () => {
  const change = (client: KakaoCloud): KakaoCloud => ({
    ...client,
    volumes: { ...client.volumes, get: (id, call) => client.volumes.get(id.toLowerCase(), call) },
  });
  const cloud = await startCloud({}, { change });
  const id = "abcdefab-0000-4000-8000-00000000000a";
  cloud.emulator.seedVolume({ id });
  const { state } = await cloud.lookUp(volumeDataSource, { id: id.toUpperCase() });
  expect(state).toMatchObject({ id });
});

test("what the API leaves out is null, and no Linux distributions of a flavor are an empty list", () => {
  const bare = { id: INSTANCE, flavor: null, image: null, addresses: null, attached_volumes: null };
  const instance = { ...bare, security_groups: null } as unknown as Instance;
  expect(instanceAttributesOf(instance)).toEqual(instance);
  const flavor = { id: "f", os_distro: null } as unknown as Instance["flavor"];
  expect(instanceAttributesOf({ ...instance, flavor }).flavor).toEqual({ id: "f", os_distro: [] });
  const volume = { id: ROOT_VOLUME, metadata: null } as unknown as Volume;
  expect(volumeAttributesOf(volume)).toEqual(volume);
  const image = { id: "i", name: null, is_shared: null } as unknown as Image;
  expect(imageAttributesOf(image)).toEqual({ id: "i", name: null, is_shared: false });
});

test("fault 42: the members of an image are listed in the server's order, however many", async () => {
  const cloud = await startCloud({ limitMax: 3 });
  const ids = [...OTHER_PROJECTS].reverse();
  const { id } = cloud.emulator.seedImage({ members: ids.map((member) => ({ id: member })) });
  const { state } = await cloud.lookUp(imageMemberDataSource, { id });
  expect(elements(state, "members").map((member) => member.id)).toEqual(ids);
  expect(elements(state, "members")[0]).toMatchObject({ image_id: id, status: "pending", is_shared: true });
});

test("fault 43: an image that is shared with nobody has an empty list of members", async () => {
  const cloud = await startCloud();
  const { id } = cloud.emulator.seedImage({});
  const { state } = await cloud.lookUp(imageMemberDataSource, { id });
  expect(state).toEqual({ id, members: [], timeouts: null });
});

test.each(Object.entries(BY_ID))(
  "an ID that no %s has is an error on the attribute id",
  async (_noun, dataSource) => {
    const cloud = await startCloud();
    const { state, diagnostics } = await cloud.lookUp(dataSource, { id: NOWHERE });
    expect(state).toBeNull();
    expect(diagnostics).toMatchObject([{ severity: "error", path: [{ attribute: "id" }] }]);
    expect(texts(diagnostics)).toMatch(
      /^Unable to Read (Image|Volume|Instance)\nCould not read (image|volume|instance) 1111/,
    );
    expect(texts(diagnostics)).toContain("could not be found");
  },
);

test.each(Object.entries(BY_ID))(
  "an ID of a %s that is not a UUID is refused before any request",
  (_noun, dataSource) => {
    expect(validate(dataSource, { id: "web-01" })).toEqual([
      'id: Attribute id must be a UUID such as 3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90, got: "web-01".',
    ]);
  },
);

test("a page of HTML instead of an image is an error about the endpoint, not about the ID", async () => {
  const cloud = await startCloud();
  const { id } = cloud.emulator.seedImage({});
  cloud.emulator.addRule({
    match: { path: "/images/" },
    fault: { kind: "status", status: 404, body: "html" },
  });
  const { diagnostics } = await cloud.lookUp(imageDataSource, { id });
  expect(diagnostics[0]?.path).toBeUndefined();
  expect(texts(diagnostics)).toContain("in endpoint_overrides");
});

test("another image than the requested one is an error", async () => {
  const cloud = await startCloud();
  const { id } = cloud.emulator.seedImage({});
  cloud.emulator.addRule({ match: { path: "/images/" }, fault: { kind: "malformed", variant: "id-other" } });
  const { state, diagnostics } = await cloud.lookUp(imageDataSource, { id });
  expect(state).toBeNull();
  expect(texts(diagnostics)).toContain("is another image");
});
