import { systemClock } from "../base/clock.ts";
import { formatDurationMs } from "../base/duration.ts";
import {
  type Diagnostic,
  DiagnosticError,
  errorDiagnostic,
  warningDiagnostic,
} from "../framework/diagnostics.ts";
import { attributePath } from "../framework/path.ts";
import type { ConfigureCall } from "../framework/provider.ts";
import type { Config } from "../framework/schema.ts";
import { containsUnknown, isUnknown, type Unknown } from "../framework/value.ts";
import type { Credentials } from "../kakaocloud/auth/credentials.ts";
import { createKakaoCloud, type KakaoCloud } from "../kakaocloud/client.ts";
import { isKakaoCloudError, type KakaoCloudError, sentencesOf } from "../kakaocloud/errors.ts";
import { CONFIGURE_TIMEOUT_MS, scaledTimings } from "./defaults.ts";
import { technical } from "./explain.ts";
import { journalUnusable } from "./image/recovery/journaled-create.ts";
import { JOURNAL_VARIABLE, type Journal, openJournal } from "./journal.ts";
import {
  CREATE_ACCESS_KEY,
  CREDENTIAL_ID_VARIABLE,
  CREDENTIAL_SECRET_VARIABLE,
  type providerSchema,
} from "./schema.ts";
import { openSession, pendingSession, type Session, sharesReads } from "./session.ts";

const CREDENTIAL_VARIABLES = {
  application_credential_id: CREDENTIAL_ID_VARIABLE,
  application_credential_secret: CREDENTIAL_SECRET_VARIABLE,
} as const;

type CredentialAttribute = keyof typeof CREDENTIAL_VARIABLES;

interface Sourced {
  readonly value: string;
  /** `attribute …` or `environment variable …`. */
  readonly source: string;
}

interface SourcedCredentials extends Credentials {
  readonly idSource: string;
  readonly secretSource: string;
}

type ProviderConfig = Config<typeof providerSchema>;

/** The realm whose endpoints are public and built in. */
const PUBLIC_REALM = "public";

/** What differs between the provider and the importer. */
export interface ConfigureOptions {
  /** Where the user sets endpoints, see `KakaoCloudOptions`. */
  readonly endpointsSetting?: string;
  /** Is given the client before its first request. */
  readonly opened?: (client: KakaoCloud) => void;
  /** Multiplies the limits and waits of provider and client, for tests; not what the user or a server sets. */
  readonly timeScale?: number | undefined;
}

/**
 * Creates the API client and verifies the credentials, so that wrong ones are reported once and early. Values that are not
 * known yet put the client off until something needs it.
 *
 * @param opened is given the client before it is used, so that it can be closed one day
 */
export async function configure(
  config: ProviderConfig,
  call: ConfigureCall,
  version: string,
  environment: NodeJS.ProcessEnv,
  { endpointsSetting, opened = () => {}, timeScale = 1 }: ConfigureOptions = {},
): Promise<Session> {
  const unknown = unknownSettings(config);
  if (unknown.length > 0) {
    call.log.info("the provider's configuration is not known yet", { unknown });
    return pendingSession(unknown);
  }
  const credentials = readCredentials(config, environment, call);
  const overrides = readOverrides(config);
  requireAddresses(config, overrides);

  const userAgent = [`terraform-provider-kakaocloud/${version}`, environment.TF_APPEND_USER_AGENT]
    .filter(Boolean)
    .join(" ");
  const journal = configuredJournal(environment, call);
  const kakaocloud = createKakaoCloud({
    credentials,
    endpointOverrides: overrides,
    endpointsSetting,
    credentialName: nameOf(credentials),
    region: known(config.region) ?? undefined,
    userAgent,
    log: call.log,
    redactor: call.redactor,
    tuning: { timeScale },
  });
  opened(kakaocloud);
  await connect(kakaocloud, call);
  for (const warning of kakaocloud.warnings()) {
    call.report(warningDiagnostic("KakaoCloud Endpoint", warning, attributePath("endpoint_overrides")));
  }
  return openSession(kakaocloud, {
    journal,
    sharedReads: sharesReads(environment),
    timings: scaledTimings(timeScale),
  });
}

/** The journal that the environment names. It is opened early, so that a wrong path is an error of the plan. */
function configuredJournal(environment: NodeJS.ProcessEnv, { log }: ConfigureCall): Journal | undefined {
  const path = environment[JOURNAL_VARIABLE]?.trim() ?? "";
  if (path === "") return undefined;
  try {
    return openJournal(path, log);
  } catch (error) {
    throw journalUnusable(path, error);
  }
}

/** The unknown values that are needed. Region and realm only decide where iam and config are found. */
function unknownSettings({ region, service_realm, ...rest }: ProviderConfig): readonly string[] {
  const overrides = known(rest.endpoint_overrides);
  const areFound = ["iam", "config"].every((name) => typeof overrides?.get(name) === "string");
  const needed = areFound ? rest : { ...rest, region, service_realm };
  return Object.entries(needed)
    .filter(([, value]) => containsUnknown(value))
    .map(([name]) => name);
}

async function connect(kakaocloud: KakaoCloud, { log, signal }: ConfigureCall): Promise<void> {
  try {
    const deadline = systemClock.now() + CONFIGURE_TIMEOUT_MS;
    await kakaocloud.connect({ signal, deadline, log });
  } catch (error) {
    if (!isKakaoCloudError(error)) throw error;
    const summary = {
      token: "Unable to Authenticate with KakaoCloud",
      discovery: "Unable to Find the KakaoCloud Services",
      request: "Unable to Reach KakaoCloud",
    }[error.phase];
    const path =
      error.code === "credentials_rejected" ? attributePath("application_credential_id") : undefined;
    throw new DiagnosticError(errorDiagnostic(summary, `${messageOf(error)}\n\n${technical(error)}`, path));
  }
}

function messageOf(error: KakaoCloudError): string {
  if (error.code !== "timeout") return sentencesOf(error);
  const { endpoint = "KakaoCloud", operation } = error;
  return (
    `Could not configure the provider within ${formatDurationMs(CONFIGURE_TIMEOUT_MS)}: ${endpoint} did not respond to ` +
    `${operation}. Check the network, the proxy settings (HTTPS_PROXY, NO_PROXY) and the endpoint.`
  );
}

/**
 * The configured values; where one is unset or blank, its environment variable. Both missing ones are reported at once. White
 * space around a value, such as the newline at the end of a file, is removed with a warning.
 */
function readCredentials(
  config: ProviderConfig,
  environment: NodeJS.ProcessEnv,
  { report, redactor }: Pick<ConfigureCall, "report" | "redactor">,
): SourcedCredentials {
  const missing: CredentialAttribute[] = [];
  const read = (attribute: CredentialAttribute, variable: string): Sourced => {
    const configured = known(config[attribute]) ?? "";
    const isConfigured = configured.trim() !== "";
    const value = isConfigured ? configured : (environment[variable] ?? "");
    const trimmed = value.trim();
    const source = isConfigured ? `attribute ${attribute}` : `environment variable ${variable}`;
    if (trimmed !== value && trimmed !== "") {
      redactor.addSecret(value);
      report(
        warningDiagnostic(
          "White Space Around KakaoCloud Credentials",
          `The value of ${source} begins or ends with white space, which was removed. ` +
            "A value that is read from a file often ends with a newline: use trimspace(file(...)).",
          attributePath(attribute),
        ),
      );
    }
    if (trimmed !== "") return { value: trimmed, source };
    missing.push(attribute);
    return { value: "", source };
  };
  const id = read("application_credential_id", CREDENTIAL_ID_VARIABLE);
  const secret = read("application_credential_secret", CREDENTIAL_SECRET_VARIABLE);
  if (missing.length > 0) throw new DiagnosticError(missingCredentials(missing));
  return { id: id.value, secret: secret.value, idSource: id.source, secretSource: secret.source };
}

/** One error, also where both are missing: one cause, and one remedy. */
function missingCredentials(attributes: readonly CredentialAttribute[]): Diagnostic {
  const variables = attributes.map((attribute) => CREDENTIAL_VARIABLES[attribute]);
  const [isOne, are] = attributes.length === 1 ? ["Attribute", "is"] : ["Attributes", "are"];
  return errorDiagnostic(
    "Missing KakaoCloud Credentials",
    `${isOne} ${attributes.join(" and ")} ${are} not set. Set ${attributes.length === 1 ? "it" : "them"} in the provider ` +
      `block, or set the environment variable${attributes.length === 1 ? "" : "s"} ${variables.join(" and ")}. ` +
      CREATE_ACCESS_KEY,
    attributePath(attributes[0] ?? "application_credential_id"),
  );
}

/** Enough of the ID to recognize it among others: 16 of its 128 bits. */
const SHOWN_ID_CHARACTERS = 4;
/** A shorter ID is not random, and its beginning could be all that matters. */
const SHORTEST_SHOWN_ID = 16;

/** The credential as errors name it: which one it is and where it comes from. */
function nameOf({ id, idSource, secretSource }: SourcedCredentials): string {
  const beginning = id.length < SHORTEST_SHOWN_ID ? "" : ` ${id.slice(0, SHOWN_ID_CHARACTERS)}…`;
  return `access key${beginning} (ID from ${idSource}, secret from ${secretSource})`;
}

function readOverrides(config: ProviderConfig): Readonly<Record<string, string>> {
  const overrides: ReadonlyMap<string, string | null> = known(config.endpoint_overrides) ?? new Map();
  return Object.fromEntries([...overrides].filter((entry): entry is [string, string] => entry[1] !== null));
}

/** Which endpoints a realm needs beside those given. Only the public realm's are built in; a guess could reach the wrong cloud. */
export function missingAddresses(realm: string | null, given: Iterable<string>): readonly string[] {
  if (realm === null || realm === PUBLIC_REALM) return [];
  const names = new Set(given);
  return ["iam", "config"].filter((name) => !names.has(name));
}

function requireAddresses(config: ProviderConfig, overrides: Readonly<Record<string, string>>): void {
  const realm = known(config.service_realm);
  const missing = missingAddresses(realm, Object.keys(overrides));
  if (missing.length === 0) return;
  throw new DiagnosticError(
    errorDiagnostic(
      "Missing KakaoCloud Endpoints",
      `The provider has no built-in endpoints for the realm "${realm}". ` +
        `Set the endpoints of ${missing.join(" and ")} in endpoint_overrides; these services return the others.`,
      attributePath("service_realm"),
    ),
  );
}

function known<T>(value: T | null | Unknown): T | null {
  return isUnknown(value) ? null : value;
}
