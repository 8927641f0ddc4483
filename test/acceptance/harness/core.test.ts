import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findCli } from "../../../scripts/cli-config.mjs";
import { bundleProgram } from "../../harness/bundle.ts";
import { decodeMsgpack, encodeMsgpack } from "../../harness/dynamic-value.ts";
import { proposedNew } from "../../harness/proposed-new.ts";
import { loadSchema } from "../../harness/schema.ts";
import { stateJson } from "../../harness/state-json.ts";
import { createWorkspace, requireCliSince } from "../../harness/terraform-cli.ts";
import { members, sameValue, type Value } from "../../harness/value.ts";
import { FORGIVEN, faultyConfig, INVALID_PLANS, INVALID_RESULTS } from "../../protocol/harness/faults.ts";
import { THING } from "../../protocol/harness/scripted-provider.ts";

// The same faults as the tests of the stand-in for Terraform core use, shown to Terraform itself: both must say the same.

beforeEach((context) => requireCliSince(context, { Terraform: 11, OpenTofu: 11 }, "a write-only attribute"));

let executable: string;
beforeAll(async () => {
  const entry = new URL("../../protocol/harness/stand-in-plugin.ts", import.meta.url);
  executable = await bundleProgram(fileURLToPath(entry), "terraform-provider-standin");
});

/** Runs a command on a configuration whose resources have one fault each. Resolves to the error that Terraform prints of each. */
async function runFaulty(command: readonly string[], faults: readonly string[]) {
  const tf = createWorkspace({
    files: { "main.tf": faultyConfig(faults) },
    executable,
    source: "test/standin",
  });
  const { code, text } = await tf.run(command);
  expect(code).toBe(1);
  const errors = text.split(" Error: ").slice(1);
  const addressOf = (fault: string) => `standin_thing.a${faults.indexOf(fault)}`;
  const errorWith = (pattern: RegExp) => errors.find((error) => pattern.test(error));
  return {
    // OpenTofu names only the type where a write-only attribute has a value.
    errorOf: (fault: string) =>
      errorWith(new RegExp(`${addressOf(fault)}\\b`)) ?? errorWith(/Resource type "standin_thing"/),
    statusOf: (fault: string) => tf.instance(addressOf(fault))?.status,
  };
}

/** What newer CLIs say instead of the stand-in's words. */
const SINCE_1_17: Readonly<Record<string, string>> = {
  "unknown blocks": "planned unknown value for non-computed block",
};

describe("Terraform itself refuses", () => {
  const results = INVALID_RESULTS.filter(([fault]) => !FORGIVEN.has(fault));
  let plan: Awaited<ReturnType<typeof runFaulty>>;
  let apply: Awaited<ReturnType<typeof runFaulty>>;
  beforeAll(async () => {
    // The tests are skipped then.
    if (findCli() === null) return;
    plan = await runFaulty(
      ["plan"],
      INVALID_PLANS.map(([fault]) => fault),
    );
    // Terraform 1.16.0-rc2 and 1.17-dev crash when several creates fail at the same time.
    apply = await runFaulty(
      ["apply", "-parallelism=1", "-auto-approve"],
      results.map(([fault]) => fault),
    );
  });

  it.each(INVALID_PLANS)("a plan that holds %s", (fault, _, message) => {
    const error = plan.errorOf(fault) ?? "";
    const newer = SINCE_1_17[fault];
    expect(error).toContain(newer !== undefined && error.includes(newer) ? newer : message);
  });

  it.each(results)("a result that holds %s, and saves it tainted", (fault, _, message) => {
    expect(apply.errorOf(fault)).toContain(message);
    expect(apply.statusOf(fault)).toBe("tainted");
  });
});

interface Recorded {
  readonly rpc: string;
  readonly request: Readonly<Record<string, { readonly msgpack: string; readonly json: string }>>;
}

describe("Terraform itself sends what the test harness sends", () => {
  const { block } = loadSchema(THING, "standin_thing");
  const value = (request: Recorded["request"], name: string): Value =>
    decodeMsgpack(block.type, Buffer.from(request[name]?.msgpack ?? "", "base64"));

  it("proposes the same new state and sends the same stored state", async () => {
    const tf = createWorkspace({ files: { "main.tf": BEFORE }, executable, source: "test/standin" });
    const env = { STAND_IN_RECORD: join(tf.directory, "requests.jsonl") };
    await tf.succeed(["apply", "-auto-approve"], { env });
    tf.write("main.tf", AFTER);
    await tf.succeed(["apply", "-auto-approve"], { env });
    tf.write("main.tf", MINIMAL);
    await tf.succeed(["apply", "-auto-approve"], { env });
    await tf.succeed(["destroy", "-auto-approve"], { env });
    const recorded = tf
      .read("requests.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Recorded);

    const plans = recorded.filter(({ rpc }) => rpc === "PlanResourceChange");
    expect(plans.length).toBeGreaterThan(6);
    for (const { request } of plans) {
      const config = value(request, "config");
      const prior = value(request, "priorState");
      const proposed =
        config === null ? null : proposedNew(block, prior === null ? null : members(prior), members(config));
      expect(sameValue(block.type, proposed, value(request, "proposedNewState"))).toBe(true);
      expect(encodeMsgpack(block.type, config).toString("base64")).toBe(request.config?.msgpack);
      expect(encodeMsgpack(block.type, prior).toString("base64")).toBe(request.priorState?.msgpack);
    }
    const reads = recorded.filter(({ rpc }) => rpc === "ReadResource");
    const upgrades = recorded.filter(({ rpc }) => rpc === "UpgradeResourceState");
    expect(reads.length).toBeGreaterThan(2);
    for (const { request } of reads) {
      const state = stateJson(block.type, value(request, "currentState"));
      const stored = upgrades.map((upgrade) =>
        Buffer.from(upgrade.request.rawState?.json ?? "", "base64").toString(),
      );
      expect(stored.map(compact)).toContain(compact(state));
    }
  });
});

/** Without white space, but with every digit; no string in these states holds a blank. */
const compact = (json: string): string => json.replaceAll(/\s+/g, "");

const PARTS = `
  parts   = [{ key = "x" }, { key = "y" }]
  rules   = [{ key = "x" }, { key = "y" }]
  by_name = { one = { key = "x" }, two = { key = "y" } }
`;
const BEFORE = `resource "standin_thing" "a" {
  name   = "a"
  size   = 0.1
  labels = ["b", "a", "c"]
  origin = { zone = "z" }
  ${PARTS}
  port {
    number = 80
  }
  port {
    number = 1e30
  }
}
`;
const AFTER = `resource "standin_thing" "a" {
  name   = "a"
  size   = 9007199254740993
  labels = ["z", "é"]
  parts   = [{ key = "new" }, { key = "x" }, { key = "y" }]
  rules   = [{ key = "new" }, { key = "y" }]
  by_name = { two = { key = "new" }, three = { key = "y" } }
  port {
    number = 1.5
  }
}
`;
const MINIMAL = `resource "standin_thing" "a" {
  name = "b"
}
`;
