import type { Volume } from "../../kakaocloud/volumes.ts";

/** A volume as the API returns it, as attributes. */
export function volumeAttributesOf(volume: Volume) {
  return { ...volume, metadata: volume.metadata && new Map(Object.entries(volume.metadata)) };
}
