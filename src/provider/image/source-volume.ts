import type { Call } from "../../framework/call.ts";
import type { DiagnosticError } from "../../framework/diagnostics.ts";
import { isKakaoCloudError } from "../../kakaocloud/errors.ts";
import type { Volume } from "../../kakaocloud/volumes.ts";
import { type OperationLabel, problem } from "../explain.ts";
import type { Session } from "../session.ts";
import { isBusyStatus } from "../volume/status.ts";

/**
 * Reads the volume before an image is created from it, to say clearly what the API would refuse: a volume that does not
 * exist, or one that is no root volume. Where the volume cannot be read, the API decides.
 *
 * @returns the volume, or undefined where it cannot be read
 * @throws DiagnosticError on the attribute `volume_id`.
 */
export async function checkSourceVolume(
  volumeId: string,
  label: OperationLabel,
  call: Call<Session>,
): Promise<Volume | undefined> {
  let volume: Volume;
  try {
    volume = await call.client.sourceVolumes.forCreate(volumeId, call);
  } catch (error) {
    if (isKakaoCloudError(error, "not_found")) throw volumeNotFound(volumeId, label);
    // Without a token or the service's endpoint, no image can be requested either.
    if (call.signal.aborted || (isKakaoCloudError(error) && error.phase !== "request")) throw error;
    call.log.warn("the volume could not be read before the image is created", { error: String(error) });
    return undefined;
  }
  const unusable = unusableVolume(volume, label);
  if (unusable !== undefined) throw unusable;
  return volume;
}

/** The error for a volume that does not exist. */
export function volumeNotFound(volumeId: string, label: OperationLabel): DiagnosticError {
  return problem(
    { ...label, attribute: "volume_id" },
    `volume ${volumeId} does not exist`,
    "Check volume_id, and that the volume is in this project.",
  );
}

/** The error for a volume that no image can be created from, whatever happens; undefined for any other. */
export function unusableVolume(volume: Volume, label: OperationLabel): DiagnosticError | undefined {
  if (volume.is_root !== false || volume.is_bootable === true) return undefined;
  const what = volume.mount_point ? `a data volume (${volume.mount_point})` : "a data volume";
  return problem(
    { ...label, attribute: "volume_id" },
    `volume ${volume.id} is not a root volume but ${what}`,
    "An image can only be created from a root volume with an operating system. In an instance's attached_volumes it is " +
      "the one with is_root = true: one([for v in … : v.id if v.is_root]).",
  );
}

/** Whether the volume is occupied right now, so that a refused request may be accepted later. */
export async function isVolumeBusy(volumeId: string, call: Call<Session>): Promise<boolean> {
  try {
    const { status } = await call.client.kakaocloud().volumes.get(volumeId, call);
    return isBusyStatus(status);
  } catch (error) {
    if (isKakaoCloudError(error) && !call.signal.aborted) return false;
    throw error;
  }
}
