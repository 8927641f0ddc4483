import { encode } from "../protobuf/encode.ts";
import { providerService } from "../protocol/generated/tfplugin6.ts";
import { describeProvider } from "../protocol/rpc/get-provider-schema.ts";
import { describeIdentities } from "../protocol/rpc/get-resource-identity-schemas.ts";
import { createKakaoCloudProvider } from "../provider/provider.ts";

/** The responses that depend on nothing but the source, as they travel, by RPC: all that Terraform requests to know the schemas. */
export function encodeResponses() {
  const provider = createKakaoCloudProvider("", {});
  const { GetProviderSchema, GetResourceIdentitySchemas } = providerService.methods;
  return {
    GetProviderSchema: encode(GetProviderSchema.response, describeProvider(provider)),
    GetResourceIdentitySchemas: encode(GetResourceIdentitySchemas.response, describeIdentities(provider)),
  };
}
