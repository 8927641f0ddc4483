import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import type { EmulatorOptions } from "../../src/emulator/options.ts";
import { releaseLater } from "./cleanup.ts";
import type { ObjectValue } from "./value.ts";

/** An application credential that the emulator takes. */
export const CREDENTIAL = { id: "test-credential-id", secret: "test-credential-secret" } as const;

/** The services that the provider calls, by their keys in `endpoint_overrides`. */
const SERVICES = ["iam", "config", "image", "volume", "bcs"] as const;

/** A running emulator with what a provider needs to use it. */
export interface TestEmulator extends Emulator {
  /** The provider's configuration as a value. */
  readonly providerConfig: ObjectValue;
  /** The credentials as the environment variables that the provider reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** The provider's configuration as HCL: a whole `provider` block. */
  readonly providerBlock: string;
}

/** Starts an emulator that stops with the test, or the test file, that started it. */
export async function useEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const emulator = await startEmulator(options);
  releaseLater(() => emulator.stop());
  return {
    ...emulator,
    providerConfig: {
      application_credential_id: CREDENTIAL.id,
      application_credential_secret: CREDENTIAL.secret,
      endpoint_overrides: Object.fromEntries(SERVICES.map((service) => [service, emulator.url])),
    },
    environment: {
      KAKAOCLOUD_APPLICATION_CREDENTIAL_ID: CREDENTIAL.id,
      KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET: CREDENTIAL.secret,
    },
    providerBlock: `provider "kakaocloud" {
  application_credential_id     = "${CREDENTIAL.id}"
  application_credential_secret = "${CREDENTIAL.secret}"
  endpoint_overrides = {
${SERVICES.map((service) => `    ${service} = "${emulator.url}"`).join("\n")}
  }
}
`,
  };
}
