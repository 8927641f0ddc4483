import { expect } from "vitest";
import { planResourceChange } from "../../src/framework/plan.ts";
import type { AnyResource } from "../../src/framework/provider.ts";
import { type Schema, schemaType } from "../../src/framework/schema.ts";
import type { ObjectValue } from "../../src/framework/value.ts";
import { encode } from "../../src/protobuf/encode.ts";
import { encodePath } from "../../src/protocol/diagnostics.ts";
import { decodeObject, encodeValue } from "../../src/protocol/dynamic-value.ts";
import { getProviderSchemaResponseTable } from "../../src/protocol/generated/tfplugin6.ts";
import { encodeSchema } from "../../src/protocol/schema.ts";
import { decodeMsgpack, encodeMsgpack } from "../harness/dynamic-value.ts";
import type { GetProviderSchemaResponse } from "../harness/messages.ts";
import { compatibilityProblems, unknownPaths } from "../harness/object-compatible.ts";
import { planProblems } from "../harness/plan-valid.ts";
import { proposedNew } from "../harness/proposed-new.ts";
import { providerService } from "../harness/proto.ts";
import { type Block, loadSchema } from "../harness/schema.ts";
import { members, type Value as TerraformValue } from "../harness/value.ts";
import { writeOnlyValues } from "../harness/write-only.ts";

const NONE = new Uint8Array();

/** Terraform's side of one resource: it knows the schema and the values only from the wire. */
export interface TerraformSide {
  readonly block: Block;
  /** A value as Terraform reads it from our bytes. */
  read(value: ObjectValue | null): TerraformValue;
  /** What Terraform proposes for a plan. */
  propose(prior: ObjectValue | null, config: ObjectValue): ObjectValue;
  /** Rules that a plan breaks, in Terraform's words. */
  planProblems(
    prior: ObjectValue | null,
    config: ObjectValue,
    planned: ObjectValue | null,
  ): readonly string[];
  /** Rules that the result of an apply, or a later plan, breaks. */
  changeProblems(planned: ObjectValue | null, actual: ObjectValue | null): readonly string[];
  /** Where a result is not known. */
  unknownPaths(actual: ObjectValue | null): readonly string[];
}

/** Loads a schema as Terraform does and plays Terraform for it. */
export function terraformSide(schema: Schema): TerraformSide {
  const wire = encode(getProviderSchemaResponseTable, {
    provider: encodeSchema({ attributes: {} }),
    resourceSchemas: new Map([["test_thing", encodeSchema(schema)]]),
  });
  const deserialize = providerService.GetProviderSchema?.responseDeserialize;
  const response = deserialize?.(Buffer.from(wire)) as GetProviderSchemaResponse;
  const { block } = loadSchema(response.resourceSchemas.test_thing ?? null, "test_thing");
  const type = schemaType(schema);
  const read = (value: ObjectValue | null) => decodeMsgpack(block.type, encodeValue(type, value).msgpack);
  return {
    block,
    read,
    propose(prior, config) {
      const before = prior === null ? null : members(read(prior));
      const proposed = proposedNew(block, before, members(read(config)));
      return decodeObject(type, { msgpack: encodeMsgpack(block.type, proposed), json: NONE }) ?? {};
    },
    planProblems: (prior, config, planned) => [
      // That rule is the stand-in's own, and pairs set elements greedily: Terraform only counts them.
      ...planProblems(block, read(prior), read(config), read(planned)).filter(
        (problem) => !/planned set element .* was not configured$/.test(problem),
      ),
      ...writeOnlyValues(block, read(planned)).map((path) => `${path}: a write-only value in the plan`),
    ],
    changeProblems: (planned, actual) => [
      ...compatibilityProblems(block, read(planned), read(actual)),
      ...writeOnlyValues(block, read(actual)).map((path) => `${path}: a write-only value in the state`),
    ],
    unknownPaths: (actual) => unknownPaths(block.type, read(actual)),
  };
}

/** As {@link planWithWarnings}, where the provider has nothing to say. */
export function planLikeTerraform(...input: Parameters<typeof planWithWarnings>) {
  const output = planWithWarnings(...input);
  expect(output.diagnostics).toEqual([]);
  return output;
}

/** Plans as Terraform has it planned: by the configuration and what is remembered, as both look on the wire. */
export function planWithWarnings(
  side: TerraformSide,
  resource: AnyResource<never>,
  prior: ObjectValue | null,
  config: ObjectValue,
) {
  const type = schemaType(resource.schema);
  const wired = (value: ObjectValue | null) =>
    decodeObject(type, { ...encodeValue(type, value), json: NONE });
  const output = planResourceChange(resource, {
    prior: wired(prior),
    config: wired(config),
    proposed: side.propose(prior, config),
  });
  expect(output.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return {
    ...output,
    planned: wired(output.planned),
    bytes: Buffer.from(encodeValue(type, output.planned).msgpack).toString("hex"),
    replacePaths: output.requiresReplace.map(encodePath),
  };
}
