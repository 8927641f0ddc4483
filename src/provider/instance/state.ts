import type { Instance } from "../../kakaocloud/instances.ts";

/** An instance as the API returns it, as attributes. Lists that are not there are empty lists. */
export function instanceAttributesOf(instance: Instance) {
  const { flavor } = instance;
  return {
    ...instance,
    flavor: flavor && {
      ...flavor,
      os_distro: (flavor.os_distro ?? []).filter((distro) => distro !== null),
    },
    addresses: instance.addresses ?? [],
    attached_volumes: instance.attached_volumes ?? [],
    security_groups: instance.security_groups ?? [],
  };
}
