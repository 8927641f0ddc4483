import { diagnosticsOf } from "../../framework/diagnostics.ts";
import { FunctionError, type ProviderFunction } from "../../framework/function.ts";
import type { Attributes } from "../../framework/schema.ts";
import type { ObjectValue } from "../../framework/value.ts";
import { CodecError } from "../codec-error.ts";
import { decodeValue, encodeValue } from "../dynamic-value.ts";
import type { CallFunctionRequest, CallFunctionResponse } from "../generated/tfplugin6.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Calls a function; often in a process that is never configured. A failure is a text and the argument to blame. */
export const callFunction: UnaryRpc<CallFunctionRequest, CallFunctionResponse> = {
  handle(request, { server, log }) {
    try {
      const called = server.function(request.name);
      return { result: encodeValue(called.returns, called.call(decodeArguments(called, request))) };
    } catch (error) {
      const { text, argument } = explain(error, request.name);
      log.error("function failed", { function: request.name, error: text });
      const functionArgument = argument === undefined ? undefined : BigInt(argument);
      return { error: { text: server.redactor.redactText(text), functionArgument } };
    }
  },
};

function decodeArguments(
  { parameters }: ProviderFunction<Attributes>,
  { arguments: given }: CallFunctionRequest,
): ObjectValue {
  const entries = Object.entries(parameters);
  if (given.length !== entries.length) {
    throw new FunctionError(`it takes ${entries.length} arguments, but was given ${given.length}`);
  }
  return Object.fromEntries(
    entries.map(([name, { type, required }], index) => {
      try {
        const value = decodeValue(type, given[index]);
        if (value === null && required) throw new FunctionError("argument must not be null", index);
        return [name, value];
      } catch (error) {
        throw error instanceof CodecError ? new FunctionError(error.message, index) : error;
      }
    }),
  );
}

/** What is no {@link FunctionError} is reported as a diagnostic would be. */
function explain(error: unknown, name: string): { readonly text: string; readonly argument?: number } {
  if (error instanceof FunctionError) {
    const { message: text, argument } = error;
    return argument === undefined ? { text } : { text, argument };
  }
  return {
    text: diagnosticsOf(error, `a call of function ${name}`)
      .map(({ detail }) => detail)
      .join("\n"),
  };
}
