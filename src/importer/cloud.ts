import type { CallOptions } from "../base/call.ts";
import { systemClock } from "../base/clock.ts";
import type { Redactor } from "../base/redaction.ts";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { createLogger } from "../framework/log.ts";
import type { KakaoCloud } from "../kakaocloud/client.ts";
import { isKakaoCloudError } from "../kakaocloud/errors.ts";
import type { ImageMember } from "../kakaocloud/image-members.ts";
import type { Image, ImagesApi } from "../kakaocloud/images.ts";
import { configure } from "../provider/configure.ts";
import { DATA_SOURCE_READ_TIMEOUT_MS } from "../provider/defaults.ts";
import { explain } from "../provider/explain.ts";
import { readFilters } from "../provider/filters.ts";
import { imageFilters } from "../provider/image/list-data-source.ts";
import { JOURNAL_VARIABLE } from "../provider/journal.ts";
import { CREATE_ACCESS_KEY, CREDENTIAL_ID_VARIABLE, CREDENTIAL_SECRET_VARIABLE } from "../provider/schema.ts";
import type { CommandLine } from "./arguments.ts";
import type { Console } from "./console.ts";
import { sideBySide } from "./side-by-side.ts";

/** What is read from KakaoCloud. Every method throws what `diagnosticsOf` explains. */
export interface Cloud {
  /** The images that the project can see and that meet the filters. */
  images(commandLine: CommandLine): Promise<readonly Image[]>;
  /** Whom an image is shared with; undefined when it was deleted meanwhile. */
  members(image: Image): Promise<readonly ImageMember[] | undefined>;
}

/** How the program reaches KakaoCloud. */
export interface CloudOptions {
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly console: Console;
  /** See `ConfigureOptions` of the provider. */
  readonly timeScale?: number | undefined;
  /** Takes a line for each request. */
  readonly log: (line: string) => void;
}

/** Signs in as the provider does, with the credential from the environment. */
export async function connect(commandLine: CommandLine, options: CloudOptions): Promise<Cloud> {
  const { version, env, redactor, console, timeScale } = options;
  requireCredential(env);
  const log = createLogger(
    ({ level, message, fields }) => options.log(`${level}: ${message} ${JSON.stringify(fields ?? {})}`),
    redactor,
    "importer",
  );
  const { signal } = new AbortController();
  const unset = { application_credential_id: null, application_credential_secret: null };
  const session = await configure(
    { ...commandLine.provider, ...unset },
    {
      terraformVersion: "",
      log,
      redactor,
      signal,
      report: ({ detail }) => console.warn(detail),
    },
    version,
    // It creates nothing.
    { ...env, [JOURNAL_VARIABLE]: undefined },
    { endpointsSetting: "given with --endpoint", timeScale },
  );
  const kakaocloud = session.kakaocloud();
  const bounds = (): CallOptions => ({
    signal,
    deadline: systemClock.now() + DATA_SOURCE_READ_TIMEOUT_MS,
    log,
  });
  return {
    images: ({ filter }) => listImages(kakaocloud, filter, bounds()),
    members: (image) => listMembers(kakaocloud, image, bounds()),
  };
}

function requireCredential(env: NodeJS.ProcessEnv): void {
  const missing = [CREDENTIAL_ID_VARIABLE, CREDENTIAL_SECRET_VARIABLE].filter((name) => !env[name]?.trim());
  if (missing.length === 0) return;
  throw new DiagnosticError(
    errorDiagnostic(
      "Missing KakaoCloud Credentials",
      `Set the environment variable${missing.length > 1 ? "s" : ""} ${missing.join(" and ")}. ` +
        CREATE_ACCESS_KEY,
    ),
  );
}

async function listImages(
  { images }: KakaoCloud,
  filter: CommandLine["filter"],
  call: CallOptions,
): Promise<readonly Image[]> {
  const { query, keeps } = readFilters(imageFilters, filter);
  try {
    const listed = (await images.list(query, call)).filter(keeps);
    // A list may leave out what decides whether and how an image is adopted; then the image itself is read.
    const found = await sideBySide(listed, (image) =>
      isWhole(image) ? image : getIfThere(images, image.id, call),
    );
    return found.filter((image) => image !== undefined);
  } catch (error) {
    throw explain({ action: "list images", subject: "the images" }, error);
  }
}

/** Undefined when the image was deleted meanwhile. */
async function getIfThere(images: ImagesApi, id: string, call: CallOptions): Promise<Image | undefined> {
  try {
    return await images.get(id, call);
  } catch (error) {
    if (isKakaoCloudError(error, "not_found")) return undefined;
    throw error;
  }
}

const isWhole = ({ name, owner, project_id }: Image): boolean =>
  name !== null && owner !== null && project_id !== null;

async function listMembers(
  { members }: KakaoCloud,
  { id }: Image,
  call: CallOptions,
): Promise<readonly ImageMember[] | undefined> {
  try {
    return await members.list(id, call);
  } catch (error) {
    if (isKakaoCloudError(error, "not_found")) return undefined;
    throw explain({ action: "read image shares", subject: `the shares of image ${id}` }, error);
  }
}
