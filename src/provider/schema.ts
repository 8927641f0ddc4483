import type { Schema } from "../framework/schema.ts";
import { stringAttribute, stringMapAttribute } from "../framework/schema.ts";
import { oneOf } from "../framework/validators.ts";
import { endpointOverrides } from "./endpoint-overrides.ts";

/** The environment variables that stand in for unset credentials. */
export const CREDENTIAL_ID_VARIABLE = "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID";
export const CREDENTIAL_SECRET_VARIABLE = "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET";

/** The provider's own configuration. */
export const providerSchema = {
  attributes: {
    application_credential_id: stringAttribute({ optional: true, sensitive: true }),
    application_credential_secret: stringAttribute({ optional: true, sensitive: true }),
    service_realm: stringAttribute({ optional: true, validators: [oneOf("stage", "public", "gov")] }),
    region: stringAttribute({
      optional: true,
      validators: [oneOf("kr-central-1", "kr-central-2", "kr-central-3")],
    }),
    endpoint_overrides: stringMapAttribute({ optional: true, validators: [endpointOverrides] }),
  },
} satisfies Schema;
