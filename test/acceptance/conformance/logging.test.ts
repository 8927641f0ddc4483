import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, type ImageWorkspace, useImageWorkspace } from "../image/image-workspace.ts";

beforeEach(requireTerraform);

/** Makes and destroys an image with these variables and gives the lines of Terraform's log. */
async function logOf(
  env: Readonly<Record<string, string>>,
  workspace?: ImageWorkspace,
): Promise<readonly string[]> {
  const { tf } = workspace ?? (await useImageWorkspace(GOLDEN));
  const TF_LOG_PATH = join(tf.directory, "terraform.log");
  for (const command of ["apply", "destroy"]) {
    await tf.run([command, "-auto-approve"], { env: { ...env, TF_LOG_PATH } });
  }
  return readFileSync(TF_LOG_PATH, "utf8").split("\n").filter(Boolean);
}

/** A line in Terraform's text form: time, level, logger and message, then `key=value`. */
const LINE = /^\S+ \[(\w+)\] +provider\.terraform-provider-kakaocloud: (.*)$/;

const ownLines = (lines: readonly string[]) =>
  lines.flatMap((line) => {
    const [, level = "", text = ""] = LINE.exec(line) ?? [];
    return level === "" ? [] : [{ level, text }];
  });

describe("Terraform's log", () => {
  it("LG-01 LG-04 has every line of the provider with level, module and time, and none that is a warning", async () => {
    const lines = await logOf({ TF_LOG: "TRACE" });
    const own = ownLines(lines);
    expect(new Set(own.map(({ level }) => level))).toEqual(new Set(["TRACE", "DEBUG", "INFO"]));
    for (const { text } of own) {
      expect(text).toMatch(/ @module=(plugin|provider|kakaocloud)\b/);
      expect(text).toMatch(/ timestamp=\d{4}-\d\d-\d\dT/);
      // A line that Terraform could not read would be here as it was written.
      expect(text).not.toContain('"@level"');
    }
    // Terraform may find a pipe that it closed itself closed, when a provider's process has just ended, Go's ones included.
    const ofItsOwn = /error encountered while scanning stdout: error="read \|0: file already closed"/;
    const complaints = lines.filter((line) => !ofItsOwn.test(line) && /\[(WARN|ERROR)\]/.test(line));
    expect(complaints).toEqual([]);
  });

  it("LG-04 has a line for each RPC and each request to the API, with what a support case needs", async () => {
    const workspace = await useImageWorkspace(GOLDEN);
    const own = ownLines(await logOf({ TF_LOG: "DEBUG" }, workspace));
    const served = own.filter(({ text }) => text.startsWith("RPC served"));
    expect(served.length).toBeGreaterThan(20);
    for (const { text } of served) {
      for (const field of ["tf_rpc=", "tf_req_id=", "tf_req_duration_ms="])
        expect(text).toContain(` ${field}`);
    }
    const requests = own.filter(({ text }) => text.startsWith("HTTP "));
    expect(requests.length).toBe(workspace.cloud.journal().length);
    for (const { text } of requests) {
      for (const field of [
        "method=",
        "path=",
        "status=",
        "duration_ms=",
        "request_id=",
        "tf_rpc=",
        "tf_req_id=",
      ]) {
        expect(text).toContain(` ${field}`);
      }
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["TF_LOG_PROVIDER", { TF_LOG_PROVIDER: "WARN" }],
    ["TF_LOG_PROVIDER_KAKAOCLOUD", { TF_LOG: "TRACE", TF_LOG_PROVIDER_KAKAOCLOUD: "WARN" }],
    ["TF_LOG_PROVIDER over TF_LOG", { TF_LOG: "TRACE", TF_LOG_PROVIDER: "WARN" }],
  ])("LG-04 holds only warnings and errors of the provider when %s says so", async (_title, env) => {
    const workspace = await useImageWorkspace(GOLDEN);
    workspace.cloud.addRule({
      match: { method: "GET", path: "/images/" },
      fault: { kind: "status", status: 502, body: "html" },
      times: 1,
    });
    const own = ownLines(await logOf(env, workspace));
    expect(new Set(own.map(({ level }) => level))).toEqual(new Set(["WARN"]));
  });

  it("LG-04 as JSON keeps the provider's own level, module and time", async () => {
    const entries = (await logOf({ TF_LOG: "JSON" })).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    const own = entries.filter((entry) => "tf_req_id" in entry);
    expect(own.length).toBeGreaterThan(20);
    for (const entry of own) {
      expect(entry["@level"]).toMatch(/^(trace|debug|info)$/);
      expect(entry["@module"]).toMatch(/^(provider|kakaocloud)$/);
      expect(entry["@timestamp"]).toMatch(/\.\d{6}Z$/);
    }
  });

  it("LG-04 is silent when it is off", async () => {
    const { tf } = await useImageWorkspace(GOLDEN);
    const { stdout, stderr } = await tf.apply();
    expect(stdout + stderr).not.toMatch(/RPC|tf_req_id/);
  });
});
