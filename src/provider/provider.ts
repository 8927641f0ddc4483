import type { Provider } from "../framework/provider.ts";
import type { KakaoCloud } from "../kakaocloud/client.ts";
import { configure } from "./configure.ts";
import { environmentFor } from "./environment-credential.ts";
import { newestFunction } from "./functions/newest.ts";
import { rootVolumeIdFunction } from "./functions/root-volume-id.ts";
import { imageDataSource } from "./image/data-source.ts";
import { imagesDataSource } from "./image/list-data-source.ts";
import { imageListResource } from "./image/list-resource.ts";
import { imageResource } from "./image/resource.ts";
import { imageMemberDataSource } from "./image-member/data-source.ts";
import { imageMemberListResource } from "./image-member/list-resource.ts";
import { imageMemberResource } from "./image-member/resource.ts";
import { instanceDataSource } from "./instance/data-source.ts";
import { instancesDataSource } from "./instance/list-data-source.ts";
import { providerSchema } from "./schema.ts";
import type { Session } from "./session.ts";
import { volumeDataSource } from "./volume/data-source.ts";
import { volumesDataSource } from "./volume/list-data-source.ts";

/** Who configures the provider: Terraform, which proves it by TLS, or whoever connects in debug mode. */
export type ConfiguredBy = "terraform" | "anyone";

/**
 * How many API clients are kept open. A process that is configured again and again needs the last one, and what is still under way
 * with the one before may yet have something to log.
 */
const OPEN_CLIENTS = 2;

/** How the provider is run. */
export interface ProviderOptions {
  readonly configuredBy?: ConfiguredBy;
  /** See `ConfigureOptions`. */
  readonly timeScale?: number | undefined;
}

/** KakaoCloud in Terraform. `environment` has the credential for a configuration without one. */
export function createKakaoCloudProvider(
  version: string,
  environment: NodeJS.ProcessEnv,
  { configuredBy = "terraform", timeScale }: ProviderOptions = {},
): Provider<Session, typeof providerSchema> {
  const clients: KakaoCloud[] = [];
  const keep = (client: KakaoCloud): void => {
    clients.push(client);
    if (clients.length > OPEN_CLIENTS) clients.shift()?.close();
  };
  return {
    name: "kakaocloud",
    schema: providerSchema,
    resources: {
      kakaocloud_image: imageResource,
      kakaocloud_image_member: imageMemberResource,
    },
    dataSources: {
      kakaocloud_image: imageDataSource,
      kakaocloud_images: imagesDataSource,
      kakaocloud_image_member: imageMemberDataSource,
      kakaocloud_volume: volumeDataSource,
      kakaocloud_volumes: volumesDataSource,
      kakaocloud_instance: instanceDataSource,
      kakaocloud_instances: instancesDataSource,
    },
    listResources: {
      kakaocloud_image: imageListResource,
      kakaocloud_image_member: imageMemberListResource,
    },
    functions: {
      newest: newestFunction,
      root_volume_id: rootVolumeIdFunction,
    },
    configure: (config, call) =>
      configure(
        config,
        call,
        version,
        configuredBy === "anyone" ? environmentFor(config, environment) : environment,
        { opened: keep, timeScale },
      ),
  };
}
