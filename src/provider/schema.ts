import type { Schema } from "../framework/schema.ts";
import { stringAttribute, stringMapAttribute } from "../framework/schema.ts";
import { oneOf } from "../framework/validators.ts";
import { SERVICE_KEYS } from "../kakaocloud/client.ts";
import { endpointOverrides } from "./endpoint-overrides.ts";

/** The environment variables that stand in for unset credentials. */
export const CREDENTIAL_ID_VARIABLE = "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID";
export const CREDENTIAL_SECRET_VARIABLE = "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET";

/** The provider's own configuration. */
export const providerSchema = {
  attributes: {
    application_credential_id: stringAttribute({
      optional: true,
      sensitive: true,
      description: `Id of the application credential. Unset, it is taken from \`${CREDENTIAL_ID_VARIABLE}\`.`,
    }),
    application_credential_secret: stringAttribute({
      optional: true,
      sensitive: true,
      description: `Secret of the application credential. Unset, it is taken from \`${CREDENTIAL_SECRET_VARIABLE}\`.`,
    }),
    service_realm: stringAttribute({
      optional: true,
      description:
        "The cloud: `public` (unless set), `gov` or `stage`. All but the public one need `endpoint_overrides`.",
      validators: [oneOf("stage", "public", "gov")],
    }),
    region: stringAttribute({
      optional: true,
      description: "The region: `kr-central-1`, `kr-central-2` (unless set) or `kr-central-3`.",
      validators: [oneOf("kr-central-1", "kr-central-2", "kr-central-3")],
    }),
    endpoint_overrides: stringMapAttribute({
      optional: true,
      description: `Addresses of services by their names, before all others: ${SERVICE_KEYS.map((key) => `\`${key}\``).join(", ")}.`,
      validators: [endpointOverrides],
    }),
  },
} satisfies Schema;
