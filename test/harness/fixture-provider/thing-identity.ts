import { DiagnosticError, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import type { IdentitySchema, ResourceIdentity } from "../../../src/framework/identity.ts";
import { stringAttribute } from "../../../src/framework/schema.ts";
import type { FixtureClient } from "./client.ts";
import type { thingSchema } from "./thing-schema.ts";

const schema = {
  version: 2,
  attributes: {
    id: stringAttribute({ required: true, description: "ID of the thing." }),
    region: stringAttribute({ optional: true }),
  },
} satisfies IdentitySchema;

/** A thing is identified by its id and the region that the provider was configured with. */
export const thingIdentity: ResourceIdentity<typeof schema, typeof thingSchema, FixtureClient> = {
  schema,
  of({ id, scenario }, { region }) {
    if (scenario === "identity-bug") throw new TypeError("a bug in identity");
    return { id: id ?? (null as never), region };
  },
  import({ id, region }, client) {
    if (region !== null && region !== client.region) {
      throw new DiagnosticError(
        errorDiagnostic("Wrong Region", `There are only things in ${client.region}.`),
      );
    }
    return { id };
  },
  upgrade: ({ thing_id: id }, version) =>
    version === 1 ? { id: String(id), region: "default" } : (undefined as never),
};
