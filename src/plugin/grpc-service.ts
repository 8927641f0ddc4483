import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { LogSink } from "../base/log.ts";
import type { Redactor } from "../base/redaction.ts";

/** A gRPC service and its handlers, by the RPC's protobuf name. An RPC without one returns UNIMPLEMENTED. */
export interface GrpcService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** What the process offers to the services that run in it. */
export interface ServiceContext {
  /** Writes what it is given as it is. */
  readonly log: LogSink;
  /** Masks what leaves the process: crash reports, and the process's own log entries. */
  readonly redactor: Redactor;
  /** The provider's version. */
  readonly version: string;
  /** In debug mode there is no TLS: whoever can connect is a client. */
  readonly mode: "plugin" | "debug";
}
