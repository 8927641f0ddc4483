import type { Instance } from "../../kakaocloud/instances.ts";

/** An instance as the API returns it, as attributes. */
export function instanceAttributesOf(instance: Instance) {
  const { flavor } = instance;
  return {
    ...instance,
    flavor: flavor && {
      ...flavor,
      os_distro: (flavor.os_distro ?? []).filter((distro) => distro !== null),
    },
  };
}
