import type { CallOptions } from "../base/call.ts";
import type { Clock } from "../base/clock.ts";
import type { HttpClient } from "../http/client.ts";
import type { HttpResponse, TokenSource } from "../http/request.ts";
import { createSingleFlight } from "../http/single-flight.ts";
import type { ApiRequest } from "./api-request.ts";
import { parseBaseUrl } from "./base-url.ts";
import { flightErrors, isKakaoCloudError, KakaoCloudError, restate } from "./errors.ts";
import { object, parseJson } from "./json.ts";
import type { RequestErrors } from "./response-error.ts";
import type { ServiceName } from "./service-name.ts";

/** Every key that the config service knows, and so every key that an override may have. */
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

const NEEDED: readonly ServiceName[] = ["image", "volume", "bcs"];
const DEFAULT_REGION = "kr-central-2";
const IAM_URL = "https://iam.kakaocloud.com";
const OPERATION = "ResolveClientEndpoints";

/** The base URLs of the services, without trailing slashes. */
export interface Endpoints {
  /** The region of the endpoints that are neither given nor discovered. */
  readonly region: string;
  /** Known without a request; discovery never changes it. */
  readonly iam: string;
  /** A service's base URL: its override, else what the config service returns, else the region's default. */
  resolve(service: ServiceName, options?: CallOptions): Promise<string>;
  /** Settles once every service's endpoint is known. */
  ready(options?: CallOptions): Promise<void>;
  /** Sentences about endpoints that work but deserve a warning. */
  warnings(): readonly string[];
}

/** Where endpoints come from. */
export interface EndpointOptions {
  readonly overrides: Readonly<Record<string, string>>;
  /** Where the user sets them, see `KakaoCloudOptions`. */
  readonly endpointsSetting: string;
  readonly region: string | undefined;
  readonly http: HttpClient<ApiRequest>;
  readonly errors: RequestErrors;
  /** Given IAM's base URL, because tokens need it before anything can be discovered. */
  readonly tokens: (iamUrl: string) => TokenSource;
  readonly clock: Clock;
}

/**
 * Resolves the endpoints of the services. The config service is called once per process, when the first endpoint is needed that
 * has no override. Its failure is the caller's failure, because a guessed endpoint could belong to another cloud.
 * Throws `KakaoCloudError` (`invalid_endpoint`) for an unusable override or region.
 */
export function createEndpoints(options: EndpointOptions): Endpoints & { readonly tokens: TokenSource } {
  const { overrides, region = DEFAULT_REGION, clock } = options;
  // Kept to the letters of one host name label, so that a region cannot become another host.
  if (!/^[a-z0-9-]+$/.test(region)) throw invalidEndpoint(`region "${region}"`);
  const warnings: string[] = [];
  const given = readOverrides(overrides, warnings);
  const regional = (service: string) => `https://${service}.${region}.kakaocloud.com`;
  const configUrl = given.get("config") ?? regional("heimdall");
  const iam = given.get("iam") ?? IAM_URL;
  const tokens = options.tokens(iam);

  let discovered: ReadonlyMap<string, string> | undefined;
  const discover = createSingleFlight(
    async (call) => {
      const found = await resolveServices(options, tokens, configUrl, call);
      for (const service of NEEDED) {
        const url = given.has(service) ? undefined : found.get(service);
        if (url !== undefined) warnAboutPlainHttp(service, url, warnings);
      }
      discovered = found;
      return found;
    },
    clock,
    flightErrors(OPERATION, "discovery", `the config service at ${configUrl}`),
  );
  const resolve = async (service: ServiceName, call?: CallOptions) =>
    given.get(service) ?? (discovered ?? (await discover(call))).get(service) ?? regional(service);
  return {
    region,
    iam,
    tokens,
    resolve,
    ready: async (call) => {
      for (const service of NEEDED) await resolve(service, call);
    },
    warnings: () => [...warnings],
  };
}

function readOverrides(
  overrides: Readonly<Record<string, string>>,
  warnings: string[],
): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [key, text] of Object.entries(overrides)) {
    const url = baseUrlOf(text, `endpoint_overrides["${key}"]`);
    given.set(key, url);
    if (SERVICE_KEYS.some((known) => known === key)) warnAboutPlainHttp(key, url, warnings);
    else
      warnings.push(
        `endpoint_overrides does not support "${key}"; supported keys are ${SERVICE_KEYS.join(", ")}.`,
      );
  }
  return given;
}

async function resolveServices(
  { http, errors, endpointsSetting }: EndpointOptions,
  tokens: TokenSource,
  configUrl: string,
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  try {
    const request: ApiRequest = {
      operation: OPERATION,
      phase: "discovery",
      service: "config",
      url: new URL(`${configUrl}/api/v1/client-endpoints/resolve`),
      method: "GET",
      once: false,
      tokens,
    };
    return readServiceEndpoints(request, await http.send(request, options), errors);
  } catch (error) {
    if (!isKakaoCloudError(error) || isKakaoCloudError(error, "aborted", "timeout", "credentials_rejected")) {
      throw error;
    }
    throw restate(error, {
      code: "discovery_failed",
      reason: `the endpoints of the KakaoCloud services could not be resolved: ${error.reason}`,
      remedy:
        error.remedy ??
        `Set the endpoints of the image, volume and bcs services ${endpointsSetting} to skip this request`,
    });
  }
}

/** `{"success":true,"data":{"service_endpoints":{"image":"https://…"}}}`; services without an endpoint are left out. */
function readServiceEndpoints(
  request: ApiRequest,
  response: HttpResponse,
  errors: RequestErrors,
): ReadonlyMap<string, string> {
  try {
    const body = object(parseJson(response.body));
    if (body.success === false) throw new Error("it reports a failure");
    const endpoints = object(object(body.data).service_endpoints);
    const urls = new Map<string, string>();
    for (const service of NEEDED) {
      const url = endpoints[service];
      if (typeof url === "string" && url.trim() !== "") {
        urls.set(service, baseUrlOf(url, `the endpoint of "${service}"`));
      }
    }
    return urls;
  } catch (error) {
    throw errors.unreadable(request, response, error instanceof Error ? problemOf(error) : "");
  }
}

function problemOf(error: Error): string {
  return error instanceof KakaoCloudError ? error.reason : error.message;
}

/** A base URL in its plain form; throws `KakaoCloudError` (`invalid_endpoint`) naming where the text came from. */
function baseUrlOf(text: string, source: string): string {
  const url = parseBaseUrl(text);
  if (url === null) throw invalidEndpoint(source);
  return url;
}

function invalidEndpoint(source: string): KakaoCloudError {
  return new KakaoCloudError({
    code: "invalid_endpoint",
    operation: "Configure",
    phase: "discovery",
    reason: `${source} is not a valid endpoint`,
    remedy:
      "An endpoint is a URL such as https://image.kr-central-2.kakaocloud.com, without user, query or fragment; " +
      "a region is a name such as kr-central-2",
  });
}

function warnAboutPlainHttp(service: string, url: string, warnings: string[]): void {
  const { protocol, hostname, origin } = new URL(url);
  if (protocol === "https:" || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return;
  warnings.push(
    `The endpoint of the ${service} service, ${origin}, is plain http: anyone on the network path can read the credential's token.`,
  );
}
