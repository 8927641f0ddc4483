import { describe, expect, it } from "vitest";
import {
  column,
  DATA_VOLUME,
  DETACHED_ROOT,
  FOREIGN_VOLUME,
  field,
  INSTANCE,
  NOWHERE,
  problem,
  ROOT_VOLUME,
  rows,
  startStill,
} from "../support.ts";

describe("volumes", () => {
  it("are found by id in the caller's project", async () => {
    const api = await startStill();
    const volume = field((await api.get(`/api/v1/volumes/${ROOT_VOLUME}`)).json, "volume");
    expect(volume).toMatchObject({
      is_root: true,
      instance_id: INSTANCE,
      instance_name: "web-01",
      attach_status: "attached",
    });
    expect(problem(await api.get(`/api/v1/volumes/${FOREIGN_VOLUME}`))).toBe("404 Volume.NotFound");
  });

  it.each([
    ["is_root=true", [DETACHED_ROOT, ROOT_VOLUME]],
    ["is_root=True&attach_status=attached", [ROOT_VOLUME]],
    ["is_root=0", [DATA_VOLUME]],
    ["size=100", [DATA_VOLUME]],
    ["instance_id=00000000-0000-4000-8000-000000000101&mount_point=/dev/vda", [ROOT_VOLUME]],
    ["instance_name=web-01&is_bootable=false", [DATA_VOLUME]],
    ["name=web-01-root", [ROOT_VOLUME]],
    ["status=available", [DETACHED_ROOT]],
    ["availability_zone=kr-central-2-b", []],
    ["is_encrypted=true", []],
    ["volume_type=SSD&type=SSD&created_at=2025-03&id=00000000-0000-4000-8000-000000000002", [DATA_VOLUME]],
  ])("are listed by %s", async (query, expected) => {
    const api = await startStill();
    const reply = await api.get(`/api/v1/volumes?sort_keys=id&${query}`);
    expect(column(reply, "id", "volumes")).toEqual(expected);
    expect(field(reply.json, "pagination").total).toBe(expected.length);
  });

  it("refuse a zone that doesn't exist", async () => {
    const api = await startStill();
    expect((await api.get("/api/v1/volumes?availability_zone=kr-central-9-a")).status).toBe(422);
  });
});

describe("instances", () => {
  it("show their volumes in the order they were attached", async () => {
    const api = await startStill();
    const instance = field((await api.get(`/api/v1/instances/${INSTANCE}`)).json, "instance");
    expect(instance.attached_volumes).toMatchObject([
      { id: ROOT_VOLUME, is_root: true },
      { id: DATA_VOLUME, is_root: false },
    ]);
    expect(instance.attached_volume_count).toBe(2);
    expect(problem(await api.get(`/api/v1/instances/${NOWHERE}`))).toBe("404 Instance.NotFound");
  });

  it("setting attachedOrder shuffled shows them in changing orders", async () => {
    const api = await startStill({ attachedOrder: "shuffled" });
    const firsts = new Set();
    for (let i = 0; i < 12; i++) {
      const instance = field((await api.get(`/api/v1/instances/${INSTANCE}`)).json, "instance");
      firsts.add((instance.attached_volumes as { id: string }[])[0]?.id);
    }
    expect(firsts.size).toBe(2);
  });

  it.each([
    ["name=web", 1],
    ["name=db", 0],
    ["flavor_name=m2a.large", 1],
    ["image_name=Ubuntu 22.04&os_type=LINUX", 1],
    ["private_ip=10.0.0.11", 1],
    ["public_ip=10.0.0.11", 0],
    ["instance_type=vm&vm_state=active&status=active&hostname=web-01&is_hadoop=false&is_k8se=false", 1],
    ["availability_zone=kr-central-2-c", 0],
  ])("are listed by %s", async (query, count) => {
    const api = await startStill();
    expect(rows(await api.get(`/api/v1/instances?${query}`), "instances")).toHaveLength(count);
  });

  it("show volumes that are seeded onto them", async () => {
    const api = await startStill();
    const { id } = api.emulator.seedInstance({ name: "db-01" });
    api.emulator.seedVolume({ name: "db-root", is_root: true, instance_id: id });
    const instance = field((await api.get(`/api/v1/instances/${id}`)).json, "instance");
    expect(instance).toMatchObject({
      name: "db-01",
      attached_volumes: [{ name: "db-root", mount_point: "/dev/vda" }],
    });
  });
});
