import { readDataSource as runRead } from "../../framework/operations.ts";
import { schemaType } from "../../framework/schema.ts";
import { decodeObject, encodeValue } from "../dynamic-value.ts";
import type { ReadDataSourceRequest, ReadDataSourceResponse } from "../generated/tfplugin6.ts";
import { operationContext } from "../rpc-call.ts";
import type { UnaryRpc } from "../unary-rpc.ts";

/** Reads a data source whose configuration is wholly known. */
export const readDataSource: UnaryRpc<ReadDataSourceRequest, ReadDataSourceResponse> = {
  async handle(request, call) {
    const dataSource = call.server.dataSource(request.typeName);
    const type = schemaType(dataSource.schema);
    const config = decodeObject(type, request.config) ?? {};
    const output = await runRead(dataSource, config, operationContext(call));
    call.report(output.diagnostics);
    return { state: encodeValue(type, output.state) };
  },
};
