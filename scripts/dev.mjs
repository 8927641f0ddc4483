// Writes a CLI configuration for this build into .dev/ and says how to use it with the real KakaoCloud.
import { join } from "node:path";
import { ROOT, writeCliConfig } from "./cli-config.mjs";

const path = writeCliConfig(join(ROOT, ".dev"));
console.log(`# Terraform uses this build of the provider wherever this is set:
export TF_CLI_CONFIG_FILE=${JSON.stringify(path)}

# Credentials of the real KakaoCloud, an application credential from its console:
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_ID=...
#   export KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET=...
# Then run terraform init and terraform plan in your configuration as usual. After a change here: make build.`);
