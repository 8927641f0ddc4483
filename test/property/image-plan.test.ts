import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyResource } from "../../src/framework/provider.ts";
import { type ObjectValue, UNKNOWN } from "../../src/framework/value.ts";
import { imageResource } from "../../src/provider/image/resource.ts";
import { runs } from "./codec-runs.ts";
import { planWithWarnings, terraformSide } from "./planning-terraform.ts";

const VOLUMES = ["0b1ff0de-0000-4000-8000-00000000000a", "0b1ff0de-0000-4000-8000-00000000000b"];
const EMPTY = Object.fromEntries(Object.keys(imageResource.schema.attributes).map((name) => [name, null]));
const resource = imageResource as AnyResource<never>;
const side = terraformSide(imageResource.schema);

const limit = fc.constantFrom(null, "30m", "1h");
const timeouts = fc.option(fc.record({ create: limit, read: limit, update: limit, delete: limit }));
const settings = {
  name: fc.constantFrom("golden-web", "golden-db"),
  description: fc.constantFrom(null, "", "Web servers", "Databases"),
  timeouts,
};

/** An image as it is in a state, and a configuration whose volume is known only after apply. */
const situations = fc.record({
  prior: fc.record({ ...settings, volume_id: fc.constantFrom(null, ...VOLUMES) }).map(
    (set): ObjectValue => ({
      ...EMPTY,
      ...set,
      id: "3c0f5b1e-8f0a-4c55-9f0e-6a1d2b7c4e90",
      status: "active",
      updated_at: "2025-03-04T05:06:07Z",
    }),
  ),
  config: fc.record(settings).map((set): ObjectValue => ({ ...EMPTY, ...set, volume_id: UNKNOWN })),
  volume: fc.constantFrom(...VOLUMES),
});

describe("a plan of an image whose volume is not known yet", () => {
  it("obeys Terraform's rules, replaces nothing, and holds unless it warns that it may not", () => {
    fc.assert(
      fc.property(situations, ({ prior, config, volume }) => {
        const first = planWithWarnings(side, resource, prior, config);
        expect(side.planProblems(prior, config, first.planned)).toEqual([]);
        expect(first.requiresReplace).toEqual([]);
        // Terraform applies only what changes something.
        if (!isUpdate(first.planned, prior)) return;
        const final = planWithWarnings(side, resource, prior, { ...config, volume_id: volume });
        const broken = [...side.changeProblems(first.planned, final.planned), ...final.replacePaths];
        const sameVolume = prior.volume_id === null || prior.volume_id === volume;
        const warned = first.diagnostics.some(({ summary }) => summary === "Image Change Not Postponed");
        if (sameVolume || !warned) expect(broken).toEqual([]);
      }),
      runs(2_000),
    );
  });

  it("warns of every change that it leaves for the next apply", () => {
    fc.assert(
      fc.property(situations, ({ prior, config, volume }) => {
        const { planned, diagnostics } = planWithWarnings(side, resource, prior, config);
        const later = planWithWarnings(side, resource, prior, {
          ...config,
          volume_id: prior.volume_id ?? volume,
        });
        const postponed = isUpdate(later.planned, prior) && !isUpdate(planned, prior);
        expect(diagnostics.some(({ summary }) => summary === "Image Change Postponed")).toBe(postponed);
      }),
      runs(500),
    );
  });
});

const isUpdate = (planned: ObjectValue | null, prior: ObjectValue) =>
  JSON.stringify(side.read(planned)) !== JSON.stringify(side.read(prior));
