import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { CREDENTIAL, useEmulator } from "../../harness/emulator.ts";
import { createWorkspace, requireTerraform } from "../../harness/terraform-cli.ts";
import { GOLDEN, useImageWorkspace } from "../image/image-workspace.ts";

beforeEach(requireTerraform);

it("names the attribute and the variable for credentials that are not set (CF-02)", async () => {
  const tf = createWorkspace({ files: { "main.tf": `resource "kakaocloud_image" "x" {\n  ${GOLDEN}\n}\n` } });
  const { code, text } = await tf.run(["plan"]);
  expect(code).toBe(1);
  for (const name of ["application_credential_id", "application_credential_secret"]) {
    expect(text).toContain(name);
    expect(text).toContain(`KAKAOCLOUD_${name.toUpperCase()}`);
  }
});

it("takes credentials from the environment, also where the attributes are empty (fault 57)", async () => {
  const cloud = await useEmulator();
  const overrides = `endpoint_overrides = { iam = "${cloud.url}", config = "${cloud.url}" }`;
  const tf = createWorkspace({
    files: {
      "main.tf": `provider "kakaocloud" {\n  application_credential_id = ""\n  ${overrides}\n}\nresource "kakaocloud_image" "x" {\n  ${GOLDEN}\n}\n`,
    },
    env: cloud.environment,
  });
  await tf.apply();
});

it("reports at once that the credentials are refused, and names where they come from (fault 17)", async () => {
  const { tf, cloud, requests } = await useImageWorkspace(GOLDEN);
  cloud.setCredentials([{ id: "other", secret: "other-secret" }]);
  const { code, text } = await tf.run(["plan"]);
  expect(code).toBe(1);
  expect(text).toContain("Unable to Authenticate with KakaoCloud");
  expect(text).toContain("application_credential_id");
  expect(text).toContain("KAKAOCLOUD_APPLICATION_CREDENTIAL_ID");
  expect(text).not.toContain(CREDENTIAL.secret);
  expect(requests("POST", /tokens$/)).toBe(1);
});

it("refuses bad durations at validate, on their attribute, without an API request (VL-05)", async () => {
  const { tf, configure, cloud } = await useImageWorkspace("");
  for (const bad of ["5", "1 h", "1d", "", "30 seconds"]) {
    configure(`${GOLDEN}\n  timeouts = { create = "${bad}" }`);
    const { code, text } = await tf.run(["validate"]);
    expect(code, bad).toBe(1);
    expect(text).toContain("Invalid Attribute Value Time Duration");
    expect(text).toContain("timeouts.create");
  }
  expect(cloud.journal()).toEqual([]);
});

it("reads an image with three requests: a token, the endpoints, the image", async () => {
  const { tf, cloud } = await useImageWorkspace(GOLDEN);
  await tf.apply();
  tf.write(
    "provider.tf",
    `provider "kakaocloud" {\n  application_credential_id = "a"\n  application_credential_secret = "b"\n  endpoint_overrides = { iam = "${cloud.url}", config = "${cloud.url}" }\n}\n`,
  );
  cloud.clearJournal();
  await tf.succeed(["plan"]);
  expect(
    cloud.journal().map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, "ID")}`),
  ).toEqual([
    "POST /identity/v3/auth/tokens",
    "GET /api/v1/client-endpoints/resolve",
    "GET /api/v1/images/ID",
  ]);
});

it("writes no secret and no token into a log, the output or the state, at any level (LG-03)", async () => {
  const { tf, cloud, configure } = await useImageWorkspace(GOLDEN);
  const env = { TF_LOG: "TRACE", TF_LOG_PATH: join(tf.directory, "trace.log") };
  const outputs = [
    await tf.run(["apply", "-auto-approve"], { env }),
    await (async () => {
      configure(GOLDEN.replace("golden-web", "golden-web-2"));
      cloud.revokeTokens();
      return tf.run(["apply", "-auto-approve"], { env });
    })(),
    await tf.run(["destroy", "-auto-approve"], { env }),
  ];
  expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0]);
  const log = readFileSync(env.TF_LOG_PATH, "utf8");
  const tokens = new Set(cloud.journal().flatMap(({ token }) => (token ? [token] : [])));
  expect(tokens.size).toBeGreaterThan(1);
  const ownLines = log.split("\n").filter((line) => line.includes("provider.terraform-provider-kakaocloud"));
  expect(ownLines.length).toBeGreaterThan(20);
  for (const secret of [CREDENTIAL.secret, ...tokens]) {
    expect(ownLines.filter((line) => line.includes(secret))).toEqual([]);
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(secret);
    expect(tf.read("terraform.tfstate")).not.toContain(secret);
  }
  const warnings = log
    .split("\n")
    .filter((line) =>
      /legacy (plugin )?SDK|legacy type system|unexpected new value|inconsistent|unexpected data/i.test(line),
    );
  expect(warnings).toEqual([]);
});
