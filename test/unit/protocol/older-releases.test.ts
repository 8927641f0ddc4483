import { expect, it } from "vitest";
import { encode } from "../../../src/protobuf/encode.ts";
import { providerService } from "../../../src/protocol/generated/tfplugin6.ts";
import { describeProvider } from "../../../src/protocol/rpc/get-provider-schema.ts";
import { createKakaoCloudProvider } from "../../../src/provider/provider.ts";

it("adds list resources and functions after the bytes of the schemas that older releases know", () => {
  const provider = createKakaoCloudProvider("", {});
  const encoded = (described: typeof provider) =>
    Buffer.from(encode(providerService.methods.GetProviderSchema.response, describeProvider(described)));
  const { listResources: _lists, functions: _functions, ...known } = provider;
  const all = encoded(provider);
  const before = encoded(known);
  expect(all.length).toBeGreaterThan(before.length);
  expect(all.subarray(0, before.length).equals(before)).toBe(true);
});
