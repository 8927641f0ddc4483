import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import type { KakaoCloud } from "../kakaocloud/client.ts";
import { type CreateLedger, createLedger } from "./create-ledger.ts";
import { createImageSharing, type ImageSharing, imageSharingOff } from "./image/sharing.ts";

/** `off` turns off that reads of images, and waits for images, share lists: each asks for its own image. */
export const SHARED_READS_VARIABLE = "KAKAOCLOUD_SHARED_READS";

/** What resources get from configure. */
export interface Session {
  /** The API client. Throws `DiagnosticError` while the provider's configuration depends on values not known yet. */
  kakaocloud(): KakaoCloud;
  /** The creates of this process, so that one never takes another's image for its own. */
  readonly creates: CreateLedger;
  /** What the reads of this process, and its waits for images, share with each other. */
  readonly images: ImageSharing;
}

/** A session for a configuration that is known. Requests for images are shared unless told otherwise. */
export function openSession(kakaocloud: KakaoCloud, { sharedReads = true } = {}): Session {
  const creates = createLedger();
  const sharing = createImageSharing(kakaocloud, creates);
  return {
    kakaocloud: () => sharing.kakaocloud,
    creates,
    images: sharedReads ? sharing : imageSharingOff,
  };
}

/** Whether the environment lets requests for images be shared. */
export function sharesReads(environment: NodeJS.ProcessEnv): boolean {
  return environment[SHARED_READS_VARIABLE]?.trim().toLowerCase() !== "off";
}

/** A session for a plan in which the named attributes are still unknown: plans of new resources need no API. */
export function pendingSession(unknown: readonly string[]): Session {
  return {
    creates: createLedger(),
    images: imageSharingOff,
    kakaocloud() {
      throw new DiagnosticError(
        errorDiagnostic(
          "Provider Configuration Not Known Yet",
          `The provider needs ${unknown.join(" and ")} to read existing objects, but in this plan the value depends on ` +
            "something that is only known after apply. Apply that first (terraform apply -target=…), or give a value " +
            "that is known at plan.",
        ),
      );
    },
  };
}
