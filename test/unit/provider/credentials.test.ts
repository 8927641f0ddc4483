import { expect, it, onTestFinished } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import { type Diagnostic, DiagnosticError } from "../../../src/framework/diagnostics.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { configure } from "../../../src/provider/configure.ts";
import { answer, sendToken, startFakeCloud } from "../kakaocloud/fake-cloud.ts";

const ID = "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID";
const SECRET = "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET";

/** Configures the provider against a scripted cloud, and gives what it reported and which credential was sent. */
async function runConfigure(
  attributes: { readonly id: string | null; readonly secret: string | null },
  environment: NodeJS.ProcessEnv = {},
  refusal?: string,
) {
  const cloud = await startFakeCloud();
  onTestFinished(() => cloud.close());
  cloud.handleTokens((request, response) => {
    if (refusal === undefined) return sendToken(response, "gAAAA");
    const { secret } = JSON.parse(request.body).auth.identity.application_credential;
    response.setHeader("x-request-id", "req-1");
    answer(401, { error: { code: 401, message: `no ${secret} is known` } })(request, response);
  });
  const redactor = createRedactor();
  const reported: Diagnostic[] = [];
  const lines: string[] = [];
  const { url } = cloud;
  const overrides = { iam: url, config: url, image: url, volume: url, bcs: url };
  const thrown: unknown = await configure(
    {
      application_credential_id: attributes.id,
      application_credential_secret: attributes.secret,
      region: null,
      service_realm: null,
      endpoint_overrides: new Map(Object.entries(overrides)),
    },
    {
      terraformVersion: "",
      log: createLogger((entry) => lines.push(JSON.stringify(entry)), redactor, "provider"),
      redactor,
      signal: new AbortController().signal,
      report: (diagnostic) => reported.push(diagnostic),
    },
    "0.0.0",
    environment,
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  const errors = thrown instanceof DiagnosticError ? thrown.diagnostics : [];
  const [sent] = cloud
    .tokenRequests()
    .map(({ body }) => JSON.parse(body).auth.identity.application_credential);
  return { reported, errors, sent, shown: JSON.stringify([reported, errors, lines]) };
}

it("white space around a credential is removed with a warning that names its source", async () => {
  const { reported, sent } = await runConfigure(
    { id: "the-id\n", secret: null },
    { [SECRET]: "\tthe-secret " },
  );
  expect(sent).toEqual({ id: "the-id", secret: "the-secret" });
  expect(reported.map(({ severity, detail }) => `${severity}: ${detail}`)).toEqual([
    expect.stringContaining("warning: The value of attribute application_credential_id begins or ends with"),
    expect.stringContaining(`warning: The value of environment variable ${SECRET} begins or ends with`),
  ]);
});

it("a blank value counts as unset", async () => {
  const { errors, sent } = await runConfigure({ id: " ", secret: "\n" }, { [ID]: "the-id", [SECRET]: "  " });
  expect(sent).toBeUndefined();
  expect(errors).toEqual([
    expect.objectContaining({
      summary: "Missing KakaoCloud Credentials",
      path: [{ attribute: "application_credential_secret" }],
    }),
  ]);
});

it.each([
  ["with a newline at its end", "first-line-of-it\n"],
  ["with tabs and double spaces", "first\tpart  second  part"],
  ["of many lines", "first-line\nsecond-line\nthird-line"],
  ["that is longer than what is shown of a text", "0123456789abcdef".repeat(64)],
  ["with what JSON and HTML escape", 'a"b\\c/d&e<f>g'],
])("a secret %s is shown nowhere, though it is echoed in the refusal", async (_what, secret) => {
  const { errors, shown } = await runConfigure({ id: "the-id", secret }, {}, "echo");
  expect(errors[0]?.detail).toContain("no *** is known");
  for (const part of [
    secret,
    secret.trim(),
    secret.trim().slice(0, 12),
    JSON.stringify(secret).slice(1, -1),
  ]) {
    expect(shown).not.toContain(part);
  }
});

it("a refused credential is named by a few characters and where it comes from, and the request id comes once", async () => {
  const id = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  const { errors, shown } = await runConfigure({ id: null, secret: "the-secret" }, { [ID]: id }, "echo");
  expect(errors).toHaveLength(1);
  const { detail = "" } = errors[0] ?? {};
  expect(detail).toContain(
    `The access key 0f1e… (ID from environment variable ${ID}, secret from attribute ` +
      "application_credential_secret) may be wrong, deleted or expired.",
  );
  expect(detail.match(/request id/gi)).toHaveLength(1);
  expect(shown).not.toContain(id);
});

it("nothing of a short credential id is shown", async () => {
  const { errors } = await runConfigure({ id: "short-id", secret: "the-secret" }, {}, "echo");
  expect(errors[0]?.detail).toContain("access key (ID from attribute application_credential_id");
  expect(errors[0]?.detail).not.toContain("shor");
});

it("two missing credentials are one error that names both", async () => {
  const { errors } = await runConfigure({ id: null, secret: null });
  expect(errors.map(({ detail }) => detail)).toEqual([
    expect.stringContaining(
      "Attributes application_credential_id and application_credential_secret are not set. Set them in the provider block, " +
        `or set the environment variables ${ID} and ${SECRET}.`,
    ),
  ]);
});
