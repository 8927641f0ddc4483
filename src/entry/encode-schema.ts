import { encode } from "../protobuf/encode.ts";
import { providerService } from "../protocol/generated/tfplugin6.ts";
import { describeProvider } from "../protocol/rpc/get-provider-schema.ts";
import { createKakaoCloudProvider } from "../provider/provider.ts";

/** The response of GetProviderSchema as it travels. It depends on nothing but the source. */
export function encodeProviderSchema(): Uint8Array {
  const provider = createKakaoCloudProvider("", {});
  return encode(providerService.methods.GetProviderSchema.response, describeProvider(provider));
}
