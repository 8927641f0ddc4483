// Writes a CLI configuration for this build into .dev/ and says how to use it with the real KakaoCloud.
import { dirname, join } from "node:path";
import { PROVIDER_DIRECTORY, ROOT, writeCliConfig } from "./cli-config.mjs";
import { createHostExecutable, HOST_EXECUTABLE } from "./release/host-executable.mjs";
import { RuntimeMissing } from "./release/runtime.mjs";

const folder = await createHostExecutable().then(
  () => dirname(HOST_EXECUTABLE),
  (error) => {
    if (!(error instanceof RuntimeMissing)) throw error;
    console.log(`# It runs on Node, which starts slower than a release: ${error.message}`);
    return PROVIDER_DIRECTORY;
  },
);
const path = writeCliConfig(join(ROOT, ".dev"), { folder });
console.log(`# Terraform uses this build of the provider wherever this is set:
export TF_CLI_CONFIG_FILE=${JSON.stringify(path)}

# Credentials of the real KakaoCloud, an application credential from its console:
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=...
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET=...
# Then run terraform init and terraform plan in your configuration as usual. After a change here: make dev.`);
