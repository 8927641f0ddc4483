import type { Call, Log } from "./call.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createEndpoints } from "./endpoints.ts";
import { createExchange } from "./exchange.ts";
import { createImageMembersApi, type ImageMembersApi } from "./image-members.ts";
import { createImagesApi, type ImagesApi } from "./images.ts";
import { createInstancesApi, type InstancesApi } from "./instances.ts";
import { createLimiter } from "./limiter.ts";
import { createRequest } from "./request.ts";
import { createRetries } from "./retry.ts";
import { createSecrets } from "./secrets.ts";
import { createServerClock } from "./server-clock.ts";
import { createTokenSource } from "./token.ts";
import { createTransport, DEFAULT_LIMITS, scaleLimits, type TransportLimits } from "./transport.ts";
import { createVolumesApi, type VolumesApi } from "./volumes.ts";

export { SERVICE_KEYS } from "./endpoints.ts";

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
  /** Where the user sets endpoints, as remedies say it after a comma: `in endpoint_overrides` by default. */
  readonly endpointsSetting?: string | undefined;
  readonly userAgent: string;
  /** Takes one line per HTTP attempt. */
  readonly log?: Log | undefined;
  /** Called with every secret and token as soon as it is in use, so that the caller can mask it by value. */
  readonly onSecret?: ((value: string) => void) | undefined;
  /** For tests: another clock, other time limits, other dice. */
  readonly tuning?: Tuning | undefined;
}

/** What the client does not need to be told outside of tests. */
export interface Tuning {
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<TransportLimits> | undefined;
  /** Numbers in [0, 1), for the jitter. */
  readonly random?: (() => number) | undefined;
  /** Multiplies every limit and every wait of the client's own, so that tests need not sit through them. */
  readonly timeScale?: number | undefined;
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
  /** Epoch milliseconds by KakaoCloud's clock, to about a second: what `created_at` is to be compared with. */
  serverTime(): number;
  readonly images: ImagesApi;
  readonly members: ImageMembersApi;
  readonly volumes: VolumesApi;
  readonly instances: InstancesApi;
}

/** A client for one credential. Throws `KakaoCloudError` (`invalid_endpoint`) when an override is not an absolute http(s) URL. */
export function createKakaoCloud(options: KakaoCloudOptions): KakaoCloud {
  const { credentials, endpointOverrides = {}, region, userAgent, log } = options;
  const { endpointsSetting = "in endpoint_overrides" } = options;
  const { clock = systemClock, random = Math.random, timeScale = 1, limits } = options.tuning ?? {};
  const serverClock = createServerClock(clock);
  const secrets = createSecrets(options.onSecret);
  secrets.add(credentials.secret);
  const exchange = createExchange({
    transport: createTransport(scaleLimits({ ...DEFAULT_LIMITS, ...limits }, timeScale)),
    limiter: createLimiter(clock),
    retries: createRetries(clock, random, timeScale),
    clock,
    serverClock,
    secrets,
    endpointsSetting,
    userAgent,
    log,
  });
  const endpoints = createEndpoints({
    overrides: endpointOverrides,
    endpointsSetting,
    region,
    exchange,
    tokens: (iamUrl) => createTokenSource({ exchange, iamUrl, credentials, clock, secrets }),
    clock,
  });
  const { tokens } = endpoints;
  const request = createRequest(exchange, endpoints, tokens);
  return {
    connect: async (call) => {
      await tokens.get(call);
      await endpoints.ready(call);
    },
    warnings: endpoints.warnings,
    serverTime: serverClock.now,
    images: createImagesApi(request),
    members: createImageMembersApi(request),
    volumes: createVolumesApi(request),
    instances: createInstancesApi(request),
  };
}
