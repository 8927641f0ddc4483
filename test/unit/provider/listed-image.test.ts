import { expect, it } from "vitest";
import type { Image } from "../../../src/kakaocloud/images.ts";
import { isCurrent, isReadyInList } from "../../../src/provider/image/batching/listed-image.ts";
import { imageJson } from "../kakaocloud/fake-cloud.ts";

const IMAGE: Image = imageJson();
const PRIOR = { ...IMAGE, volume_id: null, timeouts: null };

it("a list is used that has everything that the state has", () => {
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
