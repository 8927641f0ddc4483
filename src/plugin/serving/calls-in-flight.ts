import type { GrpcService } from "../grpc-service.ts";

type Handler = (call: StreamingCall, respond: (...args: unknown[]) => void) => unknown;

/** A call as far as its end must be noticed. */
interface StreamingCall {
  once(event: "finish" | "cancelled" | "close", listener: () => void): void;
}

/** Knows whether a handler is at work. */
export interface CallsInFlight {
  /** The same service, its calls counted from the request to the end of the response. */
  count(service: GrpcService): GrpcService;
  any(): boolean;
}

export function createCallsInFlight(): CallsInFlight {
  /** Calls that began and did not end. Never negative: each call ends once. */
  let running = 0;

  const begin = (): (() => void) => {
    let ended = false;
    running++;
    return () => {
      if (!ended) running--;
      ended = true;
    };
  };

  const countStream =
    (handler: Handler): Handler =>
    (call, respond) => {
      const end = begin();
      for (const event of ["finish", "cancelled", "close"] as const) call.once(event, end);
      return handler(call, respond);
    };

  const countUnary =
    (handler: Handler): Handler =>
    (call, respond) => {
      const end = begin();
      return handler(call, (...args) => {
        end();
        respond(...args);
      });
    };

  return {
    any: () => running > 0,
    count: ({ definition, implementation }) => ({
      definition,
      implementation: Object.fromEntries(
        Object.entries(implementation).map(([name, handler]) => [
          name,
          (definition[name]?.responseStream ? countStream : countUnary)(handler as Handler),
        ]),
      ) as GrpcService["implementation"],
    }),
  };
}
