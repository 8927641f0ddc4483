import { unreadableError } from "./answer-error.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { isKakaoCloudError, KakaoCloudError, restate } from "./errors.ts";
import type { Answer, Exchange, TokenSource } from "./exchange.ts";
import { object } from "./json.ts";
import type { ServiceName } from "./service-name.ts";
import { createSingleFlight } from "./single-flight.ts";

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
  /** Known without asking; discovery never changes it. */
  readonly iam: string;
  /** A service's base URL: its override, else what the config service says, else the region's default. */
  resolve(service: ServiceName, call?: Call): Promise<string>;
  /** Settles once every service's address is known. */
  ready(call?: Call): Promise<void>;
  /** Sentences about addresses that work but deserve a warning. */
  warnings(): readonly string[];
}

/** Where addresses come from. */
export interface EndpointOptions {
  readonly overrides: Readonly<Record<string, string>>;
  /** Where the user sets them, see `KakaoCloudOptions`. */
  readonly endpointsSetting: string;
  readonly region: string | undefined;
  readonly exchange: Exchange;
  /** Given the address of IAM, because tokens need it before anything can be discovered. */
  readonly tokens: (iamUrl: string) => TokenSource;
  readonly clock: Clock;
}

/**
 * Resolves service addresses. The config service is asked once per process, when the first address is needed that has no
 * override; its failure is the caller's failure, because a guessed address could belong to another cloud.
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
      const found = await askConfigService(options, tokens, configUrl, call);
      for (const service of NEEDED) {
        const url = given.has(service) ? undefined : found.get(service);
        if (url !== undefined) warnAboutPlainHttp(service, url, warnings);
      }
      discovered = found;
      return found;
    },
    clock,
    { operation: OPERATION, phase: "discovery" },
  );
  const resolve = async (service: ServiceName, call?: Call) =>
    given.get(service) ?? (discovered ?? (await discover(call))).get(service) ?? regional(service);
  return {
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
    const url = baseUrl(text, `endpoint_overrides["${key}"]`);
    given.set(key, url);
    if (SERVICE_KEYS.some((known) => known === key)) warnAboutPlainHttp(key, url, warnings);
    else
      warnings.push(`endpoint_overrides has no use for "${key}"; known keys are ${SERVICE_KEYS.join(", ")}.`);
  }
  return given;
}

async function askConfigService(
  { exchange, endpointsSetting }: EndpointOptions,
  tokens: TokenSource,
  configUrl: string,
  call: Call,
): Promise<ReadonlyMap<string, string>> {
  try {
    const answer = await exchange(
      {
        operation: OPERATION,
        phase: "discovery",
        service: "config",
        baseUrl: configUrl,
        method: "GET",
        path: "/api/v1/client-endpoints/resolve",
        search: "",
        once: false,
        tokens,
      },
      call,
    );
    return readServiceEndpoints(answer);
  } catch (error) {
    if (!isKakaoCloudError(error) || isKakaoCloudError(error, "aborted", "timeout", "credentials_rejected")) {
      throw error;
    }
    throw restate(error, {
      code: "discovery_failed",
      reason: `the addresses of the KakaoCloud services could not be learnt: ${error.reason}`,
      remedy:
        error.remedy ??
        `Give the addresses of the image, volume and bcs services ${endpointsSetting} to do without`,
    });
  }
}

/** `{"success":true,"data":{"service_endpoints":{"image":"https://…"}}}`; services without an address are left out. */
function readServiceEndpoints({ body, status, facts }: Answer): ReadonlyMap<string, string> {
  try {
    const answer = object(JSON.parse(body));
    if (answer.success === false) throw new Error("it says that it did not succeed");
    const urls = new Map<string, string>();
    for (const [key, url] of Object.entries(object(object(answer.data).service_endpoints))) {
      if (typeof url === "string" && url.trim() !== "")
        urls.set(key, baseUrl(url, `the address of "${key}"`));
    }
    return urls;
  } catch (error) {
    throw unreadableError(facts, status, error instanceof Error ? problemOf(error) : "");
  }
}

function problemOf(error: Error): string {
  return error instanceof SyntaxError
    ? "it is not JSON"
    : error instanceof KakaoCloudError
      ? error.reason
      : error.message;
}

/** A base URL in its plain form; throws `KakaoCloudError` (`invalid_endpoint`) naming where the text came from. */
function baseUrl(text: string, source: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const plain =
    url !== undefined && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (!plain || (url.protocol !== "https:" && url.protocol !== "http:")) throw invalidEndpoint(source);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

function invalidEndpoint(source: string): KakaoCloudError {
  return new KakaoCloudError({
    code: "invalid_endpoint",
    operation: "Configure",
    phase: "discovery",
    reason: `${source} does not give the address of a service`,
    remedy:
      "An address is a URL such as https://image.kr-central-2.kakaocloud.com, without user, query or fragment; " +
      "a region is a name such as kr-central-2",
  });
}

function warnAboutPlainHttp(service: string, url: string, warnings: string[]): void {
  const { protocol, hostname, origin } = new URL(url);
  if (protocol === "https:" || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return;
  warnings.push(
    `The address of the ${service} service, ${origin}, is plain http: anyone on the way can read the credential's token.`,
  );
}
