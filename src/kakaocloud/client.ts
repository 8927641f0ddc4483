import type { CallLog, CallOptions } from "../base/call.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { createRedactor, type Redactor } from "../base/redaction.ts";
import { createHttpClient } from "../http/client.ts";
import { createLimiter } from "../http/limiter.ts";
import { createOutages } from "../http/outages.ts";
import { proxySecrets } from "../http/proxies.ts";
import { createRetries } from "../http/retries.ts";
import { createServerClock } from "../http/server-clock.ts";
import { createTransport, DEFAULT_LIMITS, scaleLimits, type TransportLimits } from "../http/transport.ts";
import type { ApiRequest } from "./api-request.ts";
import type { Credentials } from "./auth/credentials.ts";
import { createTokenSource, type Tokens } from "./auth/token.ts";
import { createEndpoints } from "./endpoints.ts";
import { createImageMembersApi, type ImageMembersApi } from "./image-members.ts";
import { createImagesApi, type ImagesApi } from "./images.ts";
import { createInstancesApi, type InstancesApi } from "./instances.ts";
import { createRequest } from "./request.ts";
import { createRequestErrors } from "./response-error.ts";
import type { ServiceName } from "./service-name.ts";
import { createVolumesApi, type VolumesApi } from "./volumes.ts";

export { SERVICE_KEYS } from "./endpoints.ts";

const API_VERSION = "1.3.0";
const REQUEST_ID_HEADERS = ["x-request-id", "x-openstack-request-id", "x-correlation-id"];

/** What the client needs to know before its first request. */
export interface KakaoCloudOptions {
  readonly credentials: Credentials;
  /** Service key (see `SERVICE_KEYS`) to base URL; these win over everything that the config service returns. */
  readonly endpointOverrides?: Readonly<Record<string, string>> | undefined;
  /** `kr-central-1`, `kr-central-2` (the default) or `kr-central-3`: where default endpoints point to. */
  readonly region?: string | undefined;
  /** Where the user sets endpoints, as remedies say it after a comma: `in endpoint_overrides` by default. */
  readonly endpointsSetting?: string | undefined;
  /** The credential as remedies name it: `access key` by default. It must not hold the whole ID. */
  readonly credentialName?: string | undefined;
  readonly userAgent: string;
  /** Takes one line per HTTP attempt. */
  readonly log?: CallLog | undefined;
  /** Is given every secret and token as soon as it is in use, and masks them in the errors. */
  readonly redactor?: Redactor | undefined;
  /** For tests: another clock, other time limits, other random numbers. */
  readonly tuning?: Tuning | undefined;
}

/** What only tests set. */
export interface Tuning {
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<TransportLimits> | undefined;
  /** Numbers in [0, 1), for the jitter. */
  readonly random?: (() => number) | undefined;
  /** Multiplies every limit and every wait of the client's own, so that tests need not sit through them. */
  readonly timeScale?: number | undefined;
}

/** KakaoCloud over HTTP. Nothing is sent before something is needed. Every method throws `KakaoCloudError`. */
export interface KakaoCloud {
  /**
   * Gets a token and, unless every endpoint is given, resolves the endpoints; at once if that is done already.
   * Verifies the credentials; start it early to hide its time. Fails with `credentials_rejected` or `discovery_failed`, among others.
   */
  connect(options?: CallOptions): Promise<void>;
  /** Sentences about endpoints that work but deserve a warning (plain http, unknown service keys), as known so far. */
  warnings(): readonly string[];
  /** Where the client's requests go. The project is the credential's; null before the first token, or when IAM does not return it. */
  location(): { readonly region: string; readonly projectId: string | null };
  /** The base URL of a service. Throws `KakaoCloudError` where it has to be looked up and cannot be. */
  endpoint(service: ServiceName, options?: CallOptions): Promise<string>;
  /** Epoch milliseconds by KakaoCloud's clock, to about a second: what `created_at` is to be compared with. */
  serverTime(): number;
  /**
   * Closes idle connections and has the redactor forget the tokens and the secret. For a client that nobody uses any more; what
   * is still under way goes on.
   */
  close(): void;
  readonly images: ImagesApi;
  readonly members: ImageMembersApi;
  readonly volumes: VolumesApi;
  readonly instances: InstancesApi;
}

/** A client for one credential. Throws `KakaoCloudError` (`invalid_endpoint`) when an override is not an absolute http(s) URL. */
export function createKakaoCloud(options: KakaoCloudOptions): KakaoCloud {
  const { credentials, endpointOverrides = {}, region, userAgent, log } = options;
  const { endpointsSetting = "in endpoint_overrides", credentialName = "access key" } = options;
  const { clock = systemClock, random = Math.random, timeScale = 1, limits } = options.tuning ?? {};
  const serverClock = createServerClock(clock);
  const { redactor = createRedactor() } = options;
  const forgetSecrets = [credentials.secret, credentials.id, ...proxySecrets()].map(redactor.addSecret);
  const transport = createTransport(scaleLimits({ ...DEFAULT_LIMITS, ...limits }, timeScale));
  const errors = createRequestErrors(redactor, { endpointsSetting, credentialName });
  const http = createHttpClient<ApiRequest>({
    transport,
    limiter: createLimiter(clock),
    retries: createRetries(clock, random, timeScale),
    outages: createOutages(clock, random, timeScale),
    clock,
    serverClock,
    headers: (token) => ({
      Accept: "application/json",
      "Content-Type": "application/json",
      "User-Agent": userAgent,
      "X-Api-Version": API_VERSION,
      ...(token !== undefined && { "X-Auth-Token": token }),
    }),
    requestIdHeaders: REQUEST_ID_HEADERS,
    errorOf: errors.of,
    log,
    logModule: "kakaocloud",
  });
  let tokens: Tokens | undefined;
  const endpoints = createEndpoints({
    overrides: endpointOverrides,
    endpointsSetting,
    region,
    http,
    errors,
    tokens: (iamUrl) => {
      tokens = createTokenSource({ http, iamUrl, credentials, clock, errors, redactor });
      return tokens;
    },
    clock,
  });
  const request = createRequest(http, endpoints, endpoints.tokens, errors);
  return {
    connect: async (callOptions) => {
      await endpoints.tokens.get(callOptions);
      await endpoints.ready(callOptions);
    },
    warnings: endpoints.warnings,
    location: () => ({ region: endpoints.region, projectId: tokens?.projectId() ?? null }),
    endpoint: endpoints.resolve,
    serverTime: serverClock.now,
    close() {
      transport.close();
      tokens?.forget();
      for (const forget of forgetSecrets) forget();
    },
    images: createImagesApi(request),
    members: createImageMembersApi(request),
    volumes: createVolumesApi(request),
    instances: createInstancesApi(request),
  };
}
