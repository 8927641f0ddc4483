import type { DataSource } from "../../../src/framework/data-source.ts";
import { DiagnosticError, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import { attributePath } from "../../../src/framework/path.ts";
import { type Schema, stringAttribute } from "../../../src/framework/schema.ts";
import { timeoutsAttribute } from "../../../src/framework/timeouts.ts";
import { waitForTheEnd } from "./behave.ts";
import type { FixtureClient } from "./client.ts";

const lookupSchema = {
  attributes: {
    name: stringAttribute({ required: true }),
    filter: stringAttribute({ optional: true }),
    region: stringAttribute({ computed: true }),
    timeouts: timeoutsAttribute("read"),
  },
} satisfies Schema;

/** `fixture_lookup`: returns the region that the provider was configured with, except where its name says otherwise. */
export const lookupDataSource: DataSource<typeof lookupSchema, FixtureClient> = {
  schema: lookupSchema,
  defaultTimeouts: { read: 60_000 },
  validate({ name }) {
    if (name === "validate-bug") throw new TypeError("a bug in validate");
    return [];
  },
  async read({ config }, call) {
    switch (config.name) {
      case "missing":
        throw new DiagnosticError(
          errorDiagnostic("Not Found", "Nothing has this name.", attributePath("name")),
        );
      case "read-bug":
        throw new TypeError("a bug in read");
      case "read-slow":
        return waitForTheEnd(call);
    }
    return { ...config, filter: null, region: call.client.region };
  },
};
