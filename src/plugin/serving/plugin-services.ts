import type { GrpcService } from "../grpc-service.ts";
import { createController } from "./controller.ts";
import { createHealth } from "./health.ts";
import { createBroker, createStdio } from "./silent-streams.ts";

/** The services that go-plugin's hosts expect of every plugin. `onShutdown` is called after the last one. */
export function createPluginServices(onShutdown: () => void): readonly GrpcService[] {
  return [createController(onShutdown), createStdio(), createBroker(), createHealth()];
}
