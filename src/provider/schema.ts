import type { Schema } from "../framework/schema.ts";
import { stringAttribute, stringMapAttribute } from "../framework/schema.ts";
import { oneOf } from "../framework/validators.ts";
import { SERVICE_KEYS } from "../kakaocloud/client.ts";
import { endpointOverrides } from "./endpoint-overrides.ts";

/** The environment variables that stand in for unset credentials. */
export const CREDENTIAL_ID_VARIABLE = "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID";
export const CREDENTIAL_SECRET_VARIABLE = "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET";

/** Where a credential comes from, as the last sentence of an error. */
export const CREATE_ACCESS_KEY = "Create an IAM access key in the KakaoCloud console: profile, Credentials.";

/** The provider's own configuration. */
export const providerSchema = {
  attributes: {
    application_credential_id: stringAttribute({
      optional: true,
      sensitive: true,
      description: `ID of the IAM access key. Default: the environment variable \`${CREDENTIAL_ID_VARIABLE}\`.`,
    }),
    application_credential_secret: stringAttribute({
      optional: true,
      sensitive: true,
      description: `Secret of the IAM access key. Default: the environment variable \`${CREDENTIAL_SECRET_VARIABLE}\`.`,
    }),
    service_realm: stringAttribute({
      optional: true,
      description:
        "Service realm: `public`, `gov` or `stage`. Default: `public`. The other two need `endpoint_overrides`.",
      validators: [oneOf("stage", "public", "gov")],
    }),
    region: stringAttribute({
      optional: true,
      description: "Region: `kr-central-1`, `kr-central-2` or `kr-central-3`. Default: `kr-central-2`.",
      validators: [oneOf("kr-central-1", "kr-central-2", "kr-central-3")],
    }),
    endpoint_overrides: stringMapAttribute({
      optional: true,
      description: `Endpoints by service, in place of those that KakaoCloud returns: ${SERVICE_KEYS.map((key) => `\`${key}\``).join(", ")}.`,
      validators: [endpointOverrides],
    }),
  },
} satisfies Schema;
