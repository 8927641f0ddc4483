// One run through what most commands make a provider do, up to a plan without changes, against an emulator: for the code caches, which
// keep what V8 compiled on the way.
import { importSource } from "./import-source.mjs";
import { exchange } from "./plugin-client.mjs";

const TYPE = "kakaocloud_image";

/** Makes these calls over a connection to a provider. Throws when one is not answered. */
export async function rehearse(session) {
  const { providerService } = await importSource("src/protocol/generated/tfplugin6.ts");
  const { encode } = await importSource("src/protobuf/encode.ts");
  const { decode } = await importSource("src/protobuf/decode.ts");
  const { startEmulator } = await importSource("src/emulator/emulator.ts");

  const call = async (name, request = {}) => {
    const method = providerService.methods[name];
    const path = `/${providerService.name}/${name}`;
    const { status, message } = await exchange(session, path, encode(method.request, request));
    if (status !== 0) throw new Error(`${name} was answered with gRPC status ${status}`);
    const response = decode(method.response, message);
    const errors = response.diagnostics?.filter(({ severity }) => severity === 1) ?? [];
    if (errors.length > 0) throw new Error(`${name}: ${errors[0].summary}: ${errors[0].detail}`);
    return response;
  };

  const emulator = await startEmulator({});
  try {
    const { provider, resourceSchemas } = await call("GetProviderSchema");
    /** A configuration that sets these attributes and no others. */
    const configOf = ({ block }, values) => {
      const unset = Object.fromEntries(block.attributes.map(({ name }) => [name, null]));
      return { json: Buffer.from(JSON.stringify({ ...unset, ...values })) };
    };
    const config = configOf(provider, {
      application_credential_id: "emulator",
      application_credential_secret: "emulator",
      endpoint_overrides: { iam: emulator.url, config: emulator.url },
    });
    await call("ValidateProviderConfig", { config });
    await call("ConfigureProvider", { terraformVersion: "1.11.4", config });

    const { id, name } = emulator.seedImage({ name: "rehearsal" });
    const image = configOf(resourceSchemas.get(TYPE), { name });
    await call("ValidateResourceConfig", { typeName: TYPE, config: image });
    const { importedResources } = await call("ImportResourceState", { typeName: TYPE, id });
    const { newState } = await call("ReadResource", {
      typeName: TYPE,
      currentState: importedResources[0].state,
    });
    await call("PlanResourceChange", {
      typeName: TYPE,
      priorState: newState,
      proposedNewState: newState,
      config: image,
    });
  } finally {
    await emulator.stop();
  }
}
