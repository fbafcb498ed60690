// StopProvider: the user interrupts. Calls go on to their end; their signal tells them to hurry.
import { Empty, StopProviderResponse } from "../wire/messages.ts";
import { rpc } from "./rpc.ts";

export const stopProvider = rpc({
  name: "StopProvider",
  request: Empty,
  response: StopProviderResponse,
  run: (_request, _call, server) => {
    server.stop();
    return {};
  },
});
