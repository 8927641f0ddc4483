import type { Volume } from "../../kakaocloud/volumes.ts";

/** A volume as the API returns it, as attributes. Metadata that is not there is empty metadata. */
export function volumeAttributesOf(volume: Volume) {
  return { ...volume, metadata: new Map(Object.entries(volume.metadata ?? {})) };
}
