import * as v from "valibot";
import { flag, integerIn, listOf, objectOf, text, time } from "../../input.ts";
import type { World } from "../../state/world.ts";
import { USER } from "../project/model.ts";
import { seedTime } from "../seed-time.ts";
import type { InstanceRecord } from "./model.ts";

/** A flat JSON object: nothing in it can be nested too deeply to be written again. */
const flatObject = v.record(
  text(),
  v.union([text(), v.number(), v.boolean(), v.null()], "a string, a number, true, false or null"),
  "a JSON object",
);

/** What callers may set of an instance; volumes are attached by their `instance_id`. */
export const instanceSeed = objectOf({
  id: v.exactOptional(text(1)),
  name: v.exactOptional(text()),
  description: v.exactOptional(v.nullable(text())),
  hostname: v.exactOptional(text()),
  flavor: v.exactOptional(
    objectOf({
      id: text(),
      name: text(),
      group: text(),
      vcpus: integerIn(0, 1_000_000),
      memory_mb: integerIn(0, 2 ** 31 - 1),
    }),
  ),
  addresses: v.exactOptional(
    listOf(objectOf({ private_ip: text(), public_ip: v.nullable(text()), network_interface_id: text() })),
  ),
  image: v.exactOptional(v.nullable(flatObject)),
  vm_state: v.exactOptional(text()),
  task_state: v.exactOptional(v.nullable(text())),
  power_state: v.exactOptional(text()),
  status: v.exactOptional(text()),
  project_id: v.exactOptional(text(1)),
  key_name: v.exactOptional(v.nullable(text())),
  availability_zone: v.exactOptional(text()),
  instance_type: v.exactOptional(text()),
  is_hyper_threading: v.exactOptional(flag),
  is_hadoop: v.exactOptional(flag),
  is_k8se: v.exactOptional(flag),
  security_groups: v.exactOptional(listOf(objectOf({ id: text(), name: text() }))),
  created_at: v.exactOptional(time()),
});
/** What callers may set of an instance. */
export type InstanceSeed = v.InferOutput<typeof instanceSeed>;

/** Adds an instance, or changes the one with this ID. */
export function seedInstance(world: World, seed: InstanceSeed): InstanceRecord {
  const { created_at, ...given } = seed;
  const before = given.id === undefined ? undefined : world.instances.get(given.id);
  const createdMs = created_at === undefined && before ? before.createdMs : seedTime(world, created_at);
  const name = given.name ?? "seeded-instance";
  const record: InstanceRecord = {
    ...(before ?? {
      id: world.random.ids.uuid(),
      name,
      description: null,
      hostname: name,
      flavor: {
        id: "e0f1a2b3-c4d5-4e6f-8091-a2b3c4d5e6f7",
        name: "m2a.large",
        group: "m2a",
        vcpus: 2,
        memory_mb: 8192,
      },
      addresses: [
        {
          private_ip: "10.0.0.11",
          public_ip: null,
          network_interface_id: "d2c3b4a5-9687-4768-9a4b-3c2d1e0f9a8b",
        },
      ],
      image: INSTANCE_IMAGE,
      vm_state: "active",
      task_state: null,
      power_state: "RUNNING",
      status: "active",
      user_id: USER.id,
      project_id: world.settings.project,
      key_name: "ops-key",
      availability_zone: "kr-central-2-a",
      instance_type: "vm",
      is_hyper_threading: true,
      is_hadoop: false,
      is_k8se: false,
      security_groups: [{ id: "a9b8c7d6-e5f4-4302-9188-776655443322", name: "default" }],
    }),
    ...given,
    createdMs,
    updatedMs: before ? world.clock.now() : createdMs,
  };
  world.instances.set(record.id, record);
  return record;
}

const INSTANCE_IMAGE = {
  id: "00000000-0000-4000-8000-000000000201",
  name: "Ubuntu 22.04",
  description: null,
  owner: "f0e1d2c3b4a5968778695a4b3c2d1e0f",
  is_windows: false,
  size: 684_523_520,
  status: "active",
  image_type: "basic",
  disk_format: "qcow2",
  instance_type: "vm",
  member_status: null,
  min_disk: 10,
  min_memory: 0,
  os_admin: "ubuntu",
  os_distro: "ubuntu",
  os_type: "linux",
  os_architecture: "x86_64",
  created_at: "2025-01-10T00:00:00Z",
  updated_at: "2025-01-10T00:00:00Z",
};
