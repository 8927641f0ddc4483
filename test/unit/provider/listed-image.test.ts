import { expect, it } from "vitest";
import type { Image } from "../../../src/kakaocloud/images.ts";
import { isCurrent, isReadyInList } from "../../../src/provider/image/batching/listed-image.ts";

const IMAGE: Image = {
  id: "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90",
  name: "golden-web",
  size: 1,
  status: "active",
  owner: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
  visibility: "private",
  description: "made",
  is_shared: false,
  disk_format: "qcow2",
  container_format: "bare",
  min_disk: 20,
  min_ram: 0,
  virtual_size: 1,
  instance_type: "vm",
  image_member_status: null,
  project_id: "9f2c4b7a1d6e43c58a0b7e2f1c3d5a68",
  os_info: {
    type: "LINUX",
    distro: "ubuntu",
    architecture: "x86_64",
    admin_user: "ubuntu",
    is_hidden: false,
  },
  created_at: "2025-03-04T05:06:07Z",
  updated_at: "2025-03-04T05:11:42Z",
};
const PRIOR = { ...IMAGE, volume_id: null, timeouts: null };

it("a list is believed that shows all that the state has", () => {
  expect(isCurrent(IMAGE, PRIOR)).toBe(true);
  expect(isCurrent({ ...IMAGE, description: null }, { ...PRIOR, description: "" })).toBe(true);
});

it.each(["description", "instance_type", "size", "updated_at", "os_info", "project_id"] as const)(
  "an image whose %s a list leaves out is read by itself",
  (name) => {
    const listed = { ...IMAGE, [name]: null };
    expect(isCurrent(listed, PRIOR)).toBe(false);
    expect(isCurrent(listed, { ...PRIOR, [name]: null })).toBe(true);
    expect(isReadyInList(listed, IMAGE)).toBe(false);
  },
);

it("an image whose operating system a list leaves out in part is read by itself", () => {
  const listed = { ...IMAGE, os_info: { ...IMAGE.os_info, distro: null } } as Image;
  expect(isCurrent(listed, PRIOR)).toBe(false);
  expect(isReadyInList(listed, IMAGE)).toBe(false);
});
