import type { Provider } from "../framework/provider.ts";
import { configure } from "./configure.ts";
import { imageResource } from "./image/resource.ts";
import { providerSchema } from "./schema.ts";
import type { Session } from "./session.ts";

/** KakaoCloud in Terraform. `environment` is where unset credentials are looked for. */
export function createKakaoCloudProvider(
  version: string,
  environment: NodeJS.ProcessEnv,
): Provider<Session, typeof providerSchema> {
  return {
    name: "kakaocloud",
    schema: providerSchema,
    resources: { kakaocloud_image: imageResource },
    dataSources: {},
    configure: (config, call) => configure(config, call, version, environment),
  };
}
