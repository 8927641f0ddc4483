// Writes a CLI configuration for this build into .dev/ and says how to use it with the real KakaoCloud. The first argument is the
// source address that the configurations name, by default the provider's own.
import { dirname, join } from "node:path";
import { PROVIDER_DIRECTORY, ROOT, SOURCE_ADDRESS, VERSION, writeCliConfig } from "./cli-config.mjs";
import { createHostExecutable, HOST_EXECUTABLE } from "./release/host-executable.mjs";
import { RuntimeMissing } from "./release/runtime.mjs";

const source = process.argv[2] || SOURCE_ADDRESS;
const folder = await createHostExecutable().then(
  () => dirname(HOST_EXECUTABLE),
  (error) => {
    if (!(error instanceof RuntimeMissing)) throw error;
    console.log(`# It runs on Node, which starts slower than a release: ${error.message}`);
    return PROVIDER_DIRECTORY;
  },
);
const path = writeCliConfig(join(ROOT, ".dev"), { source, folder });
console.log(`# Terraform and OpenTofu use this build for ${source} wherever this is set:
export TF_CLI_CONFIG_FILE=${JSON.stringify(path)}

# An IAM access key of the real KakaoCloud (console, profile, Credentials):
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=...
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET=...

# Run terraform plan at once: this build needs no init, whatever version is pinned or locked.
# Run terraform init only to install other providers. Terraform up to 1.14 and OpenTofu then also want a version of
# this one: a pinned version must match ${VERSION}, and they lock this build. Do not commit that lock file.
# After a change here: make dev.`);
