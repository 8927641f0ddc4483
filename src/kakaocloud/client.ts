import type { Call, Log } from "./call.ts";
import type { ImageMembersApi } from "./image-members.ts";
import type { ImagesApi } from "./images.ts";
import type { InstancesApi } from "./instances.ts";
import type { VolumesApi } from "./volumes.ts";

/** An application credential, as the KakaoCloud console issues it. */
export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** What the client needs to know before its first request. */
export interface KakaoCloudOptions {
  readonly credentials: Credentials;
  /** Service key (see `SERVICE_KEYS`) to base URL; these win over everything that is discovered. */
  readonly endpointOverrides?: Readonly<Record<string, string>> | undefined;
  /** `kr-central-1`, `kr-central-2` (the default) or `kr-central-3`: where default addresses point to. */
  readonly region?: string | undefined;
  readonly userAgent: string;
  /** Takes one line per HTTP attempt. */
  readonly log?: Log | undefined;
  /** Called with every secret and token as soon as it is in use, so that the caller can mask it by value. */
  readonly onSecret?: ((value: string) => void) | undefined;
}

/** KakaoCloud over HTTP. Nothing is sent before something is asked for. Every method throws `KakaoCloudError`. */
export interface KakaoCloud {
  /**
   * Gets a token and, unless every service address is given, learns the addresses; at once if that is done already.
   * Verifies the credentials; begin it early to hide its time. Fails with `credentials_rejected` or `discovery_failed`, among others.
   */
  connect(call?: Call): Promise<void>;
  /** Sentences about addresses that work but deserve a warning (plain http, unknown service keys), as known so far. */
  warnings(): readonly string[];
  readonly images: ImagesApi;
  readonly members: ImageMembersApi;
  readonly volumes: VolumesApi;
  readonly instances: InstancesApi;
}

/** The keys that `endpointOverrides` may have. */
export const SERVICE_KEYS = [
  "iam",
  "config",
  "image",
  "volume",
  "bcs",
  "vpc",
  "network",
  "load-balancer",
  "kubernetes-engine",
  "tgw",
  "mysql",
] as const;

/** A client for one credential. Throws `KakaoCloudError` (`invalid_endpoint`) when an override is not an absolute http(s) URL. */
export function createKakaoCloud(_options: KakaoCloudOptions): KakaoCloud {
  throw new Error("not implemented yet");
}
