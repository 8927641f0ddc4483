import type { Call } from "../../framework/call.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Volume } from "../../kakaocloud/volumes.ts";
import { problem, type Undertaking } from "../errors.ts";
import type { Session } from "../session.ts";

/** Statuses of a volume from which an image can be made; in any other the API refuses for the time being. */
const USABLE = new Set(["available", "in_use", "in-use", "reserved"]);

/**
 * Looks at the volume before an image is made of it, to say clearly what the API would refuse: a volume that does not
 * exist, or one that is no root volume. Where the volume cannot be looked at, the API has the last word.
 *
 * @throws DiagnosticError on the attribute `volume_id`.
 */
export async function checkSourceVolume(
  volumeId: string,
  undertaking: Undertaking,
  call: Call<Session>,
): Promise<void> {
  const blamed = { ...undertaking, attribute: "volume_id" };
  let volume: Volume;
  try {
    volume = await call.client.kakaocloud().volumes.get(volumeId, call);
  } catch (error) {
    if (call.signal.aborted) throw error;
    if (isKakaoCloudError(error, "not_found")) {
      throw problem(
        blamed,
        `there is no volume ${volumeId}`,
        "Check volume_id, and that the volume is in this project.",
      );
    }
    call.log.warn("the volume could not be looked at before the image is made", { error: String(error) });
    return;
  }
  if (volume.is_root === false && volume.is_bootable !== true) {
    const what = volume.mount_point ? `a data volume (${volume.mount_point})` : "a data volume";
    throw problem(
      blamed,
      `volume ${volumeId} is not a root volume but ${what}`,
      "An image can only be made from a root volume with an operating system. In an instance's attached_volumes it is " +
        "the one with is_root = true: one([for v in … : v.id if v.is_root]).",
    );
  }
}

/** Whether the volume is occupied right now, so that a refused request may be accepted later. */
export async function isVolumeBusy(volumeId: string, call: Call<Session>): Promise<boolean> {
  try {
    const { status } = await call.client.kakaocloud().volumes.get(volumeId, call);
    return status !== null && !USABLE.has(status.toLowerCase()) && !/^error/i.test(status);
  } catch (error) {
    if (isKakaoCloudError(error) && !call.signal.aborted) return false;
    throw error;
  }
}
