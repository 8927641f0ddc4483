import { loadSync } from "@grpc/proto-loader";
import { describe, expect, it } from "vitest";
import { healthService } from "../../../src/plugin/generated/health.ts";
import {
  grpcBrokerService,
  grpcControllerService,
  grpcStdioService,
} from "../../../src/plugin/generated/plugin.ts";
import { createServiceDefinition } from "../../../src/protobuf/service-definition.ts";
import { providerService } from "../../../src/protocol/generated/tfplugin6.ts";

const services = [
  { file: "tfplugin6.proto", service: providerService },
  { file: "plugin.proto", service: grpcBrokerService },
  { file: "plugin.proto", service: grpcControllerService },
  { file: "plugin.proto", service: grpcStdioService },
  { file: "health.proto", service: healthService },
];

describe("createServiceDefinition", () => {
  it.each(services)(
    "gives $service.name the RPCs, paths and streams that proto-loader gives it",
    ({ file, service }) => {
      const expected = loadSync(`proto/${file}`)[service.name] as unknown as Record<
        string,
        Record<string, unknown>
      >;
      const actual = createServiceDefinition(service);
      expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [name, method] of Object.entries(actual)) {
        const { path, requestStream, responseStream } = expected[name] ?? {};
        expect(method).toMatchObject({ path, requestStream, responseStream });
      }
    },
  );

  it("speaks the same bytes in both directions as proto-loader", () => {
    const theirs = loadSync("proto/tfplugin6.proto", { keepCase: false, longs: Number })[
      providerService.name
    ] as unknown as {
      ListResource: { requestSerialize(message: object): Buffer; responseDeserialize(bytes: Buffer): object };
    };
    const ours = createServiceDefinition(providerService).ListResource;
    const request = theirs.ListResource.requestSerialize({ typeName: "kakaocloud_image", limit: 10 });
    expect(ours?.requestDeserialize(request)).toMatchObject({ typeName: "kakaocloud_image", limit: 10n });
    const response = ours?.responseSerialize({ displayName: "ubuntu" });
    expect(theirs.ListResource.responseDeserialize(response as Buffer)).toMatchObject({
      displayName: "ubuntu",
    });
  });
});
