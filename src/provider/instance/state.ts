import type { Instance } from "../../kakaocloud/instances.ts";

type AttachedVolume = NonNullable<Instance["attached_volumes"]>[number];

/** An instance as the API tells it, as attributes. Lists that are not there are empty lists. */
export function instanceAttributesOf(instance: Instance) {
  const { flavor } = instance;
  return {
    ...instance,
    flavor: flavor && {
      ...flavor,
      os_distro: (flavor.os_distro ?? []).filter((distro) => distro !== null),
    },
    addresses: instance.addresses ?? [],
    attached_volumes: (instance.attached_volumes ?? []).toSorted(rootFirst),
    security_groups: instance.security_groups ?? [],
  };
}

/** The API promises no order, and a list that changes its order changes every configuration that counts on a place in it. */
function rootFirst(a: AttachedVolume, b: AttachedVolume): number {
  return (
    Number(b.is_root ?? false) - Number(a.is_root ?? false) ||
    compare(a.mount_point ?? "", b.mount_point ?? "") ||
    compare(a.id ?? "", b.id ?? "")
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
