import { expect, it, onTestFinished } from "vitest";
import { createRedactor } from "../../../src/base/redaction.ts";
import { createLogger } from "../../../src/framework/log.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";
import { answer, startFakeCloud } from "../kakaocloud/fake-cloud.ts";

it("a process that is configured again and again keeps neither connections nor tokens", async () => {
  const cloud = await startFakeCloud();
  onTestFinished(() => cloud.close());
  cloud.handle(answer(200, { data: { service_endpoints: {} } }));
  const redactor = createRedactor();
  const provider = createKakaoCloudProvider("0.0.0", {});
  const configure = () =>
    provider.configure(
      {
        application_credential_id: "the-id",
        application_credential_secret: "the-secret",
        region: null,
        service_realm: null,
        endpoint_overrides: new Map([
          ["iam", cloud.url],
          ["config", cloud.url],
        ]),
      },
      {
        terraformVersion: "",
        log: createLogger(() => {}, redactor, "provider"),
        redactor,
        signal: new AbortController().signal,
        report: () => {},
      },
    );
  for (let count = 0; count < 12; count += 1) await configure();
  await expect.poll(cloud.connections).toBeLessThanOrEqual(3);
  const shown = Array.from({ length: 12 }, (_, index) => redactor.redactText(`gAAAA-token-${index + 1};`));
  expect(shown.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, index) => `gAAAA-token-${index + 1};`));
  expect(shown.slice(-2)).toEqual(["***;", "***;"]);
  expect(redactor.redactText("the-secret")).toBe("***");
});
