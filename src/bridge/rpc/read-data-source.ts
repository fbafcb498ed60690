// ReadDataSource: what a data source finds.
import { readDataSource as read } from "../read.ts";
import { ReadDataSourceRequest, ReadDataSourceResponse } from "../wire/messages.ts";
import { findDataSource } from "./find.ts";
import { rpc } from "./rpc.ts";
import { decodeValues, encodeValues, takeMeta } from "./values.ts";

export const readDataSource = rpc({
  name: "ReadDataSource",
  request: ReadDataSourceRequest,
  response: ReadDataSourceResponse,
  run: async (request, call, server) => {
    const dataSource = findDataSource(server, call, request.typeName);
    takeMeta(call, server.provider.metaSchema, request.providerMeta);
    const config = decodeValues(call, dataSource.schema, request.config);
    if (config === null || call.diagnostics.hasErrors) return {};
    const state = await read(dataSource, config, call);
    return state === undefined ? {} : { state: encodeValues(call, dataSource, state, "state") };
  },
});
