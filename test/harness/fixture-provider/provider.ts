import { DiagnosticError, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import { attributePath } from "../../../src/framework/path.ts";
import type { AnyResource, Provider } from "../../../src/framework/provider.ts";
import { type Schema, stringAttribute } from "../../../src/framework/schema.ts";
import { isUnknown } from "../../../src/framework/value.ts";
import type { FixtureClient } from "./client.ts";
import { everythingResource } from "./everything.ts";
import { echoFunction, joinFunction } from "./functions.ts";
import { createInstanceResource } from "./instance.ts";
import { lookupDataSource } from "./lookup.ts";
import { createBulkyResource, plainResource, upgradedResource } from "./small-resources.ts";
import { thingResource } from "./thing.ts";
import { thingListResource } from "./thing-list.ts";

const providerSchema = {
  attributes: {
    region: stringAttribute({ optional: true }),
    token: stringAttribute({ optional: true, sensitive: true }),
  },
} satisfies Schema;

/** A provider whose resources do what their configuration says, mostly wrong things. */
export function createFixtureProvider(
  env: NodeJS.ProcessEnv,
): Provider<FixtureClient, typeof providerSchema> {
  const bulky: Record<string, AnyResource<FixtureClient>> = env.FIXTURE_BULKY
    ? { fixture_bulky: createBulkyResource(Number(env.FIXTURE_BULKY)) }
    : {};
  const official: Record<string, AnyResource<FixtureClient>> = env.FIXTURE_VOLUMES
    ? { kakaocloud_instance: createInstanceResource(env.FIXTURE_VOLUMES.split(",")) }
    : {};
  return {
    name: "fixture",
    schema: providerSchema,
    resources: {
      fixture_everything: everythingResource,
      fixture_thing: thingResource,
      fixture_plain: plainResource,
      fixture_upgraded: upgradedResource,
      ...bulky,
      ...official,
    },
    dataSources: { fixture_lookup: lookupDataSource },
    listResources: { fixture_thing: thingListResource },
    functions: { join: joinFunction, echo: echoFunction },
    validate({ region }) {
      if (region === "validate-bug") throw new TypeError("a bug in the provider's validate");
      return [];
    },
    async configure({ region, token }, { redactor }) {
      if (typeof token === "string") redactor.addSecret(token);
      if (region === "configure-bug") throw new TypeError("a bug in configure");
      if (region === "nowhere") {
        throw new DiagnosticError(
          errorDiagnostic("Unknown Region", "There is no such region.", attributePath("region")),
        );
      }
      return { region: region === null || isUnknown(region) ? "default" : region };
    },
  };
}
